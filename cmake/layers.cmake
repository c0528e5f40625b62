# Who may use whom: the one place. A folder may include and link the layers listed for it, and itself.
# Recorder and replayer never name each other. A layer is called as its folder, with _ for -.
set(layers_base "")
set(layers_trace_format base)
set(layers_device base)
set(layers_recorder base trace_format device)
set(layers_replayer base trace_format device)
set(layers_cli base trace_format device recorder replayer)

set(mecrr_layers base trace_format device recorder replayer cli)

# Stops the configure step if layer `from` may not use layer `to`; `where` tells the reader the place.
function(mecrr_check_arrow from to where)
  if(NOT from STREQUAL to AND NOT to IN_LIST layers_${from})
    string(REPLACE ";" ", " allowed "${layers_${from}}")
    if(allowed STREQUAL "")
      set(allowed "nothing")
    endif()
    message(FATAL_ERROR "${from}/ may not use ${to}/: ${where}\n"
                        "${from}/ may use: ${allowed} (cmake/layers.cmake)")
  endif()
endfunction()

# Checks every `#include "folder/…"` of the layers' sources under `root` (default: this project).
function(mecrr_check_layers)
  set(root "${CMAKE_SOURCE_DIR}")
  if(ARGC GREATER 0)
    set(root "${ARGV0}")
  endif()
  foreach(from IN LISTS mecrr_layers)
    string(REPLACE "_" "-" folder "${from}")
    file(GLOB_RECURSE sources RELATIVE "${root}" "${root}/${folder}/*.h" "${root}/${folder}/*.cpp"
         "${root}/${folder}/*.inc" "${root}/${folder}/*.S")
    foreach(source IN LISTS sources)
      file(STRINGS "${root}/${source}" includes
           REGEX "^[ \t]*#[ \t]*include[ \t]*[\"<][a-z_-]+/")
      foreach(line IN LISTS includes)
        string(REGEX REPLACE "^[^\"<]*[\"<]([a-z_-]+)/.*$" "\\1" to "${line}")
        string(REPLACE "-" "_" to "${to}")
        if(to IN_LIST mecrr_layers)
          mecrr_check_arrow(${from} ${to} "${source} has ${line}")
        endif()
      endforeach()
    endforeach()
  endforeach()
endfunction()

# Checks that the libraries in LIBS are ones that `layer` may link.
function(mecrr_check_links layer)
  foreach(lib IN LISTS ARGN)
    if(lib MATCHES "^mecrr_(.+)$" AND CMAKE_MATCH_1 IN_LIST mecrr_layers)
      mecrr_check_arrow(${layer} ${CMAKE_MATCH_1} "mecrr_${layer} links ${lib}")
    endif()
  endforeach()
endfunction()
