"""Holds the house rules over this checkout, and shows of each rule that it sees a planted violation."""

import os
import tempfile
import unittest
from pathlib import Path

import house_rules

ROOT = Path(__file__).resolve().parents[2]


class ThisCheckout(unittest.TestCase):
    """One test per rule, made below."""

    maxDiff = None


def keeps(rule):
    def test(self):
        self.assertEqual([], list(rule(ROOT)))
    return test


for rule_ in house_rules.ALL:
    setattr(ThisCheckout, f"test_keeps_{rule_.__name__}", keeps(rule_))


class PlantedViolations(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.plant("core/CMakeLists.txt", "ucready_room(core SOURCES bytes.cc)\n")
        self.plant("core/bytes.cc", '#include "core/bytes.h"\n')
        self.plant("core/bytes.h", "#pragma once\n")
        self.plant(".clang-format", (ROOT / ".clang-format").read_text())

    def plant(self, path, text, mode=0o644):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def found(self, rule):
        return list(rule(self.root))

    def test_a_clean_tree_has_none(self):
        for rule in house_rules.ALL:
            self.assertEqual([], self.found(rule), rule.__name__)

    def test_a_room_that_looks_up(self):
        self.plant("tls/record.cc", '#include "probes/engine.h"\n')
        self.assertEqual(["tls/record.cc: tls (floor 1) includes probes/engine.h (floor 3)"], self.found(house_rules.floors))

    def test_a_room_that_looks_sideways(self):
        self.plant("db/rows.h", '#include "trust/certificate.h"\n')
        self.assertEqual(1, len(self.found(house_rules.floors)))

    def test_a_room_that_looks_down_is_right(self):
        self.plant("db/rows.h", '#include "core/bytes.h"\n#include <string>\n')
        self.assertEqual([], self.found(house_rules.floors))

    def test_a_room_that_includes_a_test(self):
        self.plant("db/rows.h", '#include "tests/support/clock.h"\n')
        self.assertEqual(1, len(self.found(house_rules.floors)))

    def test_a_room_that_links_up(self):
        self.plant("tls/CMakeLists.txt", "ucready_room(tls SOURCES a.cc\n  USES core db\n  THIRD_PARTY fmt::fmt)\n")
        self.assertEqual(["tls/CMakeLists.txt: tls links db, which is not below it"], self.found(house_rules.room_links))

    def test_a_library_that_links_its_sibling_is_right(self):
        self.plant("db/CMakeLists.txt", "include(rows.cmake)\nucready_room(db SOURCES a.cc USES core rows THIRD_PARTY SQLiteCpp)\n")
        self.plant("db/rows.cmake", "ucready_room(rows SOURCES b.cc\n  USES core tls)\n")
        self.assertEqual([], self.found(house_rules.room_links))
        self.plant("db/rows.cmake", "ucready_room(rows SOURCES b.cc\n  USES core trust)\n")
        self.assertEqual(["db/rows.cmake: rows links trust, which is not below it"], self.found(house_rules.room_links))

    def test_every_row_of_the_third_party_table(self):
        for header in ["boost/asio.hpp", "boost/asio/io_context.hpp", "boost/program_options.hpp", "openssl/ssl.h",
                       "openssl/evp.h", "pcap.h", "pcap/pcap.h", "SQLiteCpp/Database.h", "sqlite3.h", "yaml-cpp/yaml.h",
                       "archive.h", "pugixml.hpp", "xlsxwriter.h", "spdlog/spdlog.h"]:
            self.plant("core/bytes.h", f"#include <{header}>\n")
            self.assertEqual(1, len(self.found(house_rules.third_party)), header)

    def test_libssl_where_only_libcrypto_may_be(self):
        self.plant("trust/store.cc", "#include <openssl/x509.h>\n")
        self.assertEqual([], self.found(house_rules.third_party))
        self.plant("trust/store.cc", "#include <openssl/ssl.h>\n")
        self.assertEqual(1, len(self.found(house_rules.third_party)))

    def test_libcrypto_in_a_file_of_tls_that_is_not_named_for_it(self):
        self.plant("tls/record.cc", "#include <openssl/evp.h>\n")
        self.assertEqual(1, len(self.found(house_rules.third_party)))

    def test_a_source_that_is_not_built(self):
        self.plant("core/time.cc", "")
        self.assertEqual(["core/time.cc: not named in core/CMakeLists.txt"], self.found(house_rules.sources_listed))

    def test_a_source_named_only_as_the_end_of_another(self):
        self.plant("core/other_bytes.cc", "")
        self.plant("core/CMakeLists.txt", "ucready_room(core SOURCES other_bytes.cc)\n")
        self.assertEqual(["core/bytes.cc: not named in core/CMakeLists.txt"], self.found(house_rules.sources_listed))

    def test_a_test_that_is_not_built(self):
        self.plant("tests/CMakeLists.txt", "")
        self.plant("tests/core/bytes_test.cc", "")
        self.assertEqual(1, len(self.found(house_rules.sources_listed)))

    def test_a_fuzz_target_without_row_or_seeds(self):
        self.plant("tests/fuzz/record.cc", "int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {\n")
        self.assertEqual(2, len(self.found(house_rules.fuzz_targets_whole)))

    def test_a_file_that_is_too_long(self):
        self.plant("core/bytes.h", "\n" * (house_rules.MOST_LINES + 1))
        self.assertEqual(1, len(self.found(house_rules.file_length)))

    def test_a_cast_of_wire_bytes(self):
        self.plant("core/bytes.cc", "auto p = reinterpret_" "cast<char*>(q);\n")
        self.assertEqual(1, len(self.found(house_rules.bytes_untouched)))

    def test_every_forbidden_word(self):
        for words in ["// TO" "DO later", "# FIX" "ME", "see /wo" "rk/notes"]:
            self.plant("docs/notes.md", words)
            self.assertEqual(1, len(self.found(house_rules.forbidden_words)), words)

    def test_a_word_that_only_contains_a_forbidden_one(self):
        self.plant("docs/notes.md", "mastodons, a path such as share/wo" "rk/, the wo" "rkday")
        self.assertEqual([], self.found(house_rules.forbidden_words))

    def test_a_script_that_cannot_be_run(self):
        self.plant("script/demo", "echo\n")
        self.assertEqual(["script/demo: not executable", "script/demo: no #! line"], self.found(house_rules.scripts_executable))
        self.plant("script/demo", "#!/bin/bash\n", 0o755)
        self.assertEqual([], self.found(house_rules.scripts_executable))

    def test_code_that_is_not_formatted(self):
        self.plant("core/bytes.cc", "int  x   ;\n")
        self.assertEqual(["core/bytes.cc: run clang-format -i on it"], self.found(house_rules.formatted))

    def test_what_is_built_is_not_looked_at(self):
        self.plant("build/dev/generated.cc", "int  x   ; // TO" "DO")
        for rule in house_rules.ALL:
            self.assertEqual([], self.found(rule), rule.__name__)


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    unittest.main()
