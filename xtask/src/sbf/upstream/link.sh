#!/bin/sh
# sbpf-linker under LLVM 23's own loader and libraries, which are newer than this machine's and so are not installed.
# It finds LLVM through LD_LIBRARY_PATH.
export LD_LIBRARY_PATH="$ASSAY_LLVM"
# LLVM 23 takes the wish for small code from the functions, which rustc marks, and no longer from the level.
for argument; do
    shift
    case $argument in -Os | -Oz) argument=-O2 ;; esac
    set -- "$@" "$argument"
done
exec "$ASSAY_LLVM/ld-linux-x86-64.so.2" --library-path "$ASSAY_LLVM" "$ASSAY_LINKER" "$@"
