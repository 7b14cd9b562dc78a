#!/bin/sh
# Bytes of weights per cycle of the arm64 int8 loops, by llvm-mca on what the compiler made of them.
# Usage: arm64-loops.sh BINARY   (a linux-arm64 NativeAOT binary with symbols: -p:StripSymbols=false)
# LLVM_MCA names another llvm-mca than version 19; older ones have no model of neoverse-n1.
set -eu
binary=$1
mca=${LLVM_MCA:-llvm-mca-19}

# The loop is what lies between the target of the function's last backward branch and that branch.
loop() {
    aarch64-linux-gnu-objdump -d --no-show-raw-insn "$binary" | awk -v name="$1>:" '
        index($0, name) { inside = 1; next }
        inside && /^$/ { exit }
        inside { sub(/^ +/, ""); address = $1; sub(/:.*/, "", address); sub(/^[^\t]*\t/, ""); sub(/ *<.*/, "")
                 count++; at[address] = count; text[count] = $0
                 if ($0 ~ /^b\.[a-z]+/) { target = $2; if (target in at) { first = at[target]; last = count } } }
        END { for (i = first; i < last; i++) { sub(/ *\/\/.*/, "", text[i]); print text[i] } }'
}

# Cycles of 100 turns, as llvm-mca counts them.
cycles() {
    "$mca" -mtriple=aarch64 -mcpu="$1" -mattr=+dotprod -iterations=100 | awk '/^Total Cycles/ { print $3 }'
}

report() {
    printf '| %s | %s | ' "$1" "$2"
    loop "$3" | cycles "$2" | awk -v bytes="$4" '{ printf "%.2f |\n", bytes * 100 / $1 }'
}

echo '| loop | core | bytes per cycle |'
echo '| --- | --- | ---: |'
report 'smull, smlal, sadalp' cortex-a53 NeonDot__One 128
report 'smull, smlal, sadalp' cortex-a72 NeonDot__One 128
report 'smull, smlal, sadalp' neoverse-n1 NeonDot__One 128
report 'sdot by element' neoverse-n1 NeonDpDot__One 256
