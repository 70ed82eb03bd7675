# ucready_embed(TARGET FOLDER EXTENSION NAMESPACE): builds the files FOLDER/*.EXTENSION into TARGET, so that the program
# carries its data wherever it is copied to. A new file needs no entry anywhere: the folder is looked at again at each build.
# The table is reached as: namespace NAMESPACE { std::span<const ucready::EmbeddedFile> embedded_files(); }
function(ucready_embed target folder extension namespace)
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.${extension}")
  list(SORT files)
  ucready_embed_files(${target} ${namespace} ${files})
endfunction()

# ucready_embed_files(TARGET NAMESPACE FILE...): the same for files that the build makes.
set(UCREADY_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed.cmake")
function(ucready_embed_files target namespace)
  string(MAKE_C_IDENTIFIER "${namespace}" label)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${label}_embedded.cc")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} "-DFILES=${ARGN}" "-DOUTPUT=${output}" "-DNAMESPACE=${namespace}" -P "${UCREADY_EMBED_SCRIPT}"
    DEPENDS ${ARGN} "${UCREADY_EMBED_SCRIPT}"
    COMMENT "Embedding the data of ${namespace}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
