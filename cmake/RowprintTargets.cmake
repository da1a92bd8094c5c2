# rowprint_library(NAME SOURCES … LINKS …): the target of one folder, with the alias rowprint::NAME.
# rowprint_program(NAME SOURCES … LINKS …): an executable of one folder.
#
# Sources of one target share no local name: scripts/test and the sanitizer presets join them (CMAKE_UNITY_BUILD), which
# makes their builds two to five times shorter.

add_library(rowprint_flags INTERFACE)
target_compile_features(rowprint_flags INTERFACE cxx_std_20)
target_include_directories(rowprint_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(rowprint_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor)
# -Wconversion as gcc has it for C++: no word about signs.
target_compile_options(rowprint_flags INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>)
# gcc 12 takes Asio's frame allocation for a mismatch wherever it inlines a coroutine.
target_compile_options(rowprint_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
target_compile_definitions(rowprint_flags INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION)
# gcc takes a joined source for a header, in which nothing shared may hold what is local.
target_compile_options(rowprint_flags INTERFACE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # Wrong about std::string operator+ when it optimizes: GCC bug 105651, fixed in 13.
  target_compile_options(rowprint_flags INTERFACE -Wno-restrict)
endif()
if(ROWPRINT_WERROR)
  target_compile_options(rowprint_flags INTERFACE -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Those that follow values through inlined code are often wrong about strings and optionals in gcc 12: shown, not fatal.
    target_compile_options(rowprint_flags INTERFACE -Wno-error=maybe-uninitialized -Wno-error=array-bounds
                                                    -Wno-error=stringop-overflow -Wno-error=stringop-overread)
  endif()
endif()
if(ROWPRINT_SANITIZE)
  target_compile_options(rowprint_flags INTERFACE -fsanitize=${ROWPRINT_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(rowprint_flags INTERFACE -fsanitize=${ROWPRINT_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # Sanitized programs are large, and there are fifty of them: the linker of binutils takes ten times as long.
    target_link_options(rowprint_flags INTERFACE -fuse-ld=lld)
  endif()
  if(ROWPRINT_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # Asio's fences, which the sanitizer does not see, only add to what its locks and queues order already.
    target_compile_options(rowprint_flags INTERFACE -Wno-tsan)
  endif()
  if(ROWPRINT_SANITIZE MATCHES thread)
    # Else it counts references to executors with a fence, and each last one looks like a race.
    target_compile_definitions(rowprint_flags INTERFACE BOOST_ASIO_DISABLE_STD_ATOMIC)
  endif()
endif()

function(rowprint_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(rowprint_${name} STATIC ${ARG_SOURCES})
  add_library(rowprint::${name} ALIAS rowprint_${name})
  target_link_libraries(rowprint_${name} PUBLIC rowprint_flags ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

function(rowprint_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE rowprint_flags ${ARG_LINKS})
endfunction()
