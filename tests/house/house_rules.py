"""The rules of the house that a compiler does not hold: floors, third-party libraries, lists of sources, tidiness.

Each check takes the folder of a checkout and yields one line per violation: "file: what is wrong".
"""

import os
import re
import subprocess
from pathlib import Path

# A room may include only rooms on floors below its own (docs/design: look down, never sideways or up).
FLOORS = {
    "core": 0,
    "tls": 1,
    "trust": 2, "db": 2,
    "probes": 3, "passive": 3, "imports": 3, "upgrade": 3,
    "rehearsal": 4, "report": 4,
    "scanner": 5,
}

# Where a third-party header may be included: rooms, or single files. What matches no row may be included anywhere.
THIRD_PARTY = [
    (r"boost/asio", {"probes"}),
    (r"boost/program_options", {"scanner"}),
    (r"openssl/ssl\.h", {"probes", "rehearsal"}),
    (r"openssl/", {"trust", "probes", "rehearsal", "tls/aead.cc", "tls/hasher.cc", "tls/key_shares.cc"}),
    (r"pcap|cap-ng\.h", {"passive"}),
    (r"zstd\.h|zlib\.h|brotli/", {"passive", "tls/compressed_certificate.cc"}),
    (r"SQLiteCpp/|sqlite3\.h", {"db", "report"}),
    (r"yaml-cpp/", {"upgrade", "scanner"}),
    (r"archive\.h|pugixml", {"imports"}),
    (r"xlsxwriter", {"report"}),
    (r"spdlog/", {"scanner"}),
]

MOST_LINES = 450
CODE = {".h", ".cc", ".py", ".java", ".cmake", ".sql"}
NOT_OURS = {"build", ".git", "out", "__pycache__"}

# Split, so that this file does not accuse itself.
FORBIDDEN = {
    "TO" "DO": r"\bTO" r"DO\b",
    "FIX" "ME": r"\bFIX" r"ME\b",
    "the path of somebody's workplace": r"(?<![\w.-])/wo" r"rk/",
}


def files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in NOT_OURS)
        for name in sorted(set(names) - NOT_OURS):  # .git is a file in a worktree.
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root)


def text_of(root, path):
    """Nothing for a file that is no text."""
    content = Path(root, path).read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", "replace")


def room_of(path):
    return path.parts[0] if path.parts[0] in FLOORS else None


def is_cpp(path):
    return path.suffix in {".h", ".cc"}


def includes(root, path):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text_of(root, path), re.MULTILINE)


def floors(root):
    for path in files(root):
        room = room_of(path)
        if not room or not is_cpp(path):
            continue
        for included in includes(root, path):
            other = included.split("/")[0]
            if other == "tests":
                yield f"{path}: a room includes no test: {included}"
            elif other in FLOORS and other != room and FLOORS[other] >= FLOORS[room]:
                yield f"{path}: {room} (floor {FLOORS[room]}) includes {included} (floor {FLOORS[other]})"


def build_files(root, folder):
    """What CMake reads of a folder: its CMakeLists.txt, and parts of it in files of their own."""
    return sorted([*Path(root, folder).glob("CMakeLists.txt"), *Path(root, folder).glob("*.cmake")])


def room_links(root):
    """A folder may make several libraries; each may link its siblings and those of the rooms below."""
    made = [(path.relative_to(root), room, *call) for room in FLOORS for path in build_files(root, room)
            for call in re.findall(r"\bucready_room\(\s*(\w+)([^)]*)\)", path.read_text())]
    room_of = {name: room for _, room, name, _ in made}
    for path, room, name, words in made:
        used = re.search(r"\bUSES\s+([\w\s]+?)\s*(?:THIRD_PARTY|$)", words)
        for other in used.group(1).split() if used else []:
            if room_of.get(other, other) != room and FLOORS.get(room_of.get(other, other), len(FLOORS)) >= FLOORS[room]:
                yield f"{path}: {name} links {other}, which is not below it"


def third_party(root):
    for path in files(root):
        if not room_of(path) or not is_cpp(path):
            continue
        for included in includes(root, path):
            for pattern, allowed in THIRD_PARTY:
                if re.match(pattern, included):
                    if room_of(path) not in allowed and str(path) not in allowed:
                        yield f"{path}: <{included}> belongs to {', '.join(sorted(allowed))}"
                    break


def sources_listed(root):
    """A .cc that no CMakeLists.txt names is not built, and a test in it never runs."""
    for path in files(root):
        if path.suffix != ".cc" or path.parts[:2] == ("tests", "fuzz") or not (room_of(path) or path.parts[0] == "tests"):
            continue
        folder = next((f for f in path.parents if f.parts and Path(root, f, "CMakeLists.txt").exists()), None)
        if folder is None:
            yield f"{path}: no CMakeLists.txt in its folder or above names it"
            continue
        name = re.escape(str(path.relative_to(folder)))
        if not any(re.search(rf"(?<![\w/.]){name}(?!\w)", file.read_text()) for file in build_files(root, folder)):
            yield f"{path}: not named in {folder / 'CMakeLists.txt'}"


def fuzz_targets_whole(root):
    fuzz = Path(root, "tests", "fuzz")
    for path in sorted(fuzz.glob("*.cc")):
        if "LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);" in path.read_text():
            continue  # The replay program.
        if not path.with_suffix(".cmake").exists():
            yield f"tests/fuzz/{path.name}: no {path.stem}.cmake, so it is not built"
        corpus = fuzz / "corpus" / path.stem
        if not corpus.is_dir() or not any(corpus.iterdir()):
            yield f"tests/fuzz/{path.name}: no seeds in corpus/{path.stem}/"


def file_length(root):
    for path in files(root):
        if path.suffix in CODE or path.parts[0] == "script":
            lines = text_of(root, path).count("\n")
            if lines > MOST_LINES:
                yield f"{path}: {lines} lines; a file of more than {MOST_LINES} holds two ideas"


def bytes_untouched(root):
    for path in files(root):
        if room_of(path) and is_cpp(path) and "reinterpret_" "cast" in text_of(root, path):
            yield f"{path}: reinterpret_" "cast; use core/bytes.h"


def forbidden_words(root):
    for path in files(root):
        for number, line in enumerate(text_of(root, path).splitlines(), 1):
            for what, pattern in FORBIDDEN.items():
                if re.search(pattern, line):
                    yield f"{path}:{number}: {what}"


def scripts_executable(root):
    for path in files(root):
        is_script = path.parts[0] in {"script", ".ci"}
        if is_script and not os.access(Path(root, path), os.X_OK):
            yield f"{path}: not executable"
        if is_script and not text_of(root, path).startswith("#!"):
            yield f"{path}: no #! line"


def formatted(root):
    sources = [str(path) for path in files(root) if is_cpp(path)]
    if not sources:
        return
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", "--ferror-limit=1", *sources],
                          cwd=root, capture_output=True, text=True)
    for file in sorted(set(re.findall(r"^([^\s:]+):\d+:\d+: error: code should be clang-formatted", done.stderr, re.M))):
        yield f"{file}: run clang-format -i on it"
    if done.returncode and "clang-formatted" not in done.stderr:
        yield f"clang-format: {done.stderr.strip()}"


ALL = [floors, room_links, third_party, sources_listed, fuzz_targets_whole, file_length, bytes_untouched,
       forbidden_words, scripts_executable, formatted]
