# Run by ucready_embed: writes OUTPUT, a C++ file that holds FILES as string literals. The assembler's .incbin keeps any
# size and any byte; its path is absolute, so the build needs no include path.
string(MAKE_C_IDENTIFIER "${NAMESPACE}" label)
set(asm "")
set(rows "")
set(index 0)
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  set(symbol "${label}_file_${index}")
  string(APPEND asm "extern const char ${symbol}_begin[] asm(\"${symbol}_begin\");\n"
                    "extern const char ${symbol}_end[] asm(\"${symbol}_end\");\n"
                    "asm(\".section .rodata\\n.global ${symbol}_begin\\n${symbol}_begin:\\n.incbin \\\"${file}\\\"\\n"
                    ".global ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n.previous\\n\");\n")
  string(APPEND rows "      {\"${name}\", {${symbol}_begin, static_cast<std::size_t>(${symbol}_end - ${symbol}_begin)}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}" "// Generated; the files it holds are the source.\n#include <array>\n\n#include \"core/embedded_file.h\"\n\n${asm}\n"
  "namespace ${NAMESPACE} {\nstd::span<const ucready::EmbeddedFile> embedded_files() {\n"
  "  static const std::array<ucready::EmbeddedFile, ${index}> files{{\n${rows}  }};\n  return files;\n}\n}  // namespace ${NAMESPACE}\n")
