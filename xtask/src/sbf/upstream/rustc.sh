#!/bin/sh
# rustc, but for two things.
#
# Paths are the same wherever the repository and the sources of its dependencies are, so that the bytecode is, too.
#
# The standard library lists no minimum alignment for BPF and calls itself restricted there. It is compiled as if for SPARC,
# whose only trace in it, on this operating system, is an alignment that suits.
rustc=$1
shift
case " $* " in
*" --crate-name "*)
    set -- "$@" "--remap-path-prefix=$ASSAY_CARGO_HOME=/cargo" "--remap-path-prefix=$ASSAY_ROOT=/assay"
    ;;
esac
case " $* " in
*" --crate-name std "*) ;;
*) exec "$rustc" "$@" ;;
esac

left=$#
while [ "$left" -gt 0 ]; do
    argument=$1
    shift
    left=$((left - 1))
    if [ "$argument" = --cfg ] && [ "$1" = restricted_std ]; then
        shift
        left=$((left - 1))
    else
        set -- "$@" "$argument"
    fi
done
exec "$rustc" "$@" --cfg 'target_arch="sparc"'
