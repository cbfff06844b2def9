# Writes OUTPUT, a C++ file that holds the text of FILES as string literals, named relative to ROOT.
# Plain literals, because they compile much faster than byte arrays, and because GCC drops blanks
# between a backslash and the end of its line, even in raw ones. "??=" would be a trigraph.
# Line ends become LF.
list(SORT FILES)
set(code "#include \"engine/detect/embedded_files.h\"\n\nnamespace tacet {\nnamespace {\n\n")
string(APPEND code "using std::string_view_literals::operator\"\"sv;\n\n")
string(APPEND code "constexpr EmbeddedFile kFiles[] = {\n")
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH name "${ROOT}" "${file}")
  file(READ "${file}" text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "?" "\\?" text "${text}")
  string(REPLACE "\r" "\\r" text "${text}")
  string(REPLACE "\n" "\\n\"\n\"" text "${text}")
  string(APPEND code "{\"${name}\"sv,\n\"${text}\"sv},\n")
endforeach()
string(APPEND code "};\n\n}  // namespace\n\n")
string(APPEND code "absl::Span<const EmbeddedFile> EmbeddedFiles() { return kFiles; }\n\n}  // namespace tacet\n")
file(WRITE "${OUTPUT}" "${code}")
