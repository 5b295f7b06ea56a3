#!/bin/sh
# sbpf-linker under LLVM 23's own loader and libraries, which are newer than this machine's and so are not installed.
# It finds LLVM through LD_LIBRARY_PATH.
export LD_LIBRARY_PATH="$ASSAY_LLVM"
exec "$ASSAY_LLVM/ld-linux-x86-64.so.2" --library-path "$ASSAY_LLVM" "$ASSAY_LINKER" "$@"
