#!/bin/sh
# Bytes of weights per cycle of the arm64 int8 products, and cycles per hidden unit of the gates after them, by llvm-mca on what the
# compiler made of them.
# Usage: arm64-loops.sh BINARY   (a linux-arm64 NativeAOT binary with symbols: -p:StripSymbols=false)
# LLVM_MCA names another llvm-mca than version 19; older ones have no model of neoverse-n1.
set -eu
binary=$1
mca=${LLVM_MCA:-llvm-mca-19}
turns=100
code=$(mktemp)
trap 'rm -f "$code"' EXIT
aarch64-linux-gnu-objdump -d --no-show-raw-insn "$binary" > "$code"

# One turn of a function's loop: the shortest way without a call from the target of its last backward branch to that branch. It is
# the way of whole vectors and of layers with biases; missing biases and the units after the last whole vector lie beside it.
# Addresses become 0: they cost nothing and do not parse.
loop() {
    awk -v name="^[0-9a-f]+ <.*$1" '
        $0 ~ name { inside = 1; next }
        inside && /^$/ { exit }
        inside { sub(/^ +/, ""); address = $1; sub(/:.*/, "", address); sub(/^[^\t]*\t/, ""); sub(/ *<.*/, ""); sub(/[ \t]*\/\/.*/, "")
                 count++; at[address] = count; text[count] = $0; op[count] = $1; to[count] = $NF
                 if ($1 ~ /^(b\.|cbn?z)/ && $NF in at) { first = at[$NF]; last = count } }
        function reach(next_one, i) { if (!(next_one in before)) { before[next_one] = i; queue[++found] = next_one } }
        END { if (!last) exit 1
              reach(first, 0)
              for (q = 1; q <= found && !(last in before); q++) {
                  i = queue[q]
                  if (op[i] ~ /^(blr?|ret|brk)$/) continue
                  if (op[i] ~ /^(b$|b\.|cbn?z)/ && to[i] in at) reach(at[to[i]], i)
                  if (op[i] != "b") reach(i + 1, i) }
              for (i = before[last]; i; i = before[i]) turn[++steps] = text[i]
              for (; steps; steps--) { sub(/[ \t][0-9a-f]+$/, " 0", turn[steps]); print turn[steps] } }' "$code"
}

# Cycles of all turns, as llvm-mca counts them.
cycles() {
    "$mca" -mtriple=aarch64 -mcpu="$1" -mattr=+dotprod -iterations=$turns | awk '/^Total Cycles/ { print $3 }'
}

# Arguments: title, core, function, bytes of weights in a turn.
product() {
    loop "$3" | cycles "$2" | awk -v title="$1" -v core="$2" -v bytes="$4" -v turns=$turns '{ printf "| %s | %s | %.2f |\n", title, core, bytes * turns / $1 }'
}

# Arguments: title, core, function. A turn makes a vector of four units.
gates() {
    loop "$3" | cycles "$2" | awk -v title="$1" -v core="$2" -v turns=$turns '{ printf "| %s | %s | %.1f |\n", title, core, $1 / (4 * turns) }'
}

echo '| products | core | bytes per cycle |'
echo '| --- | --- | ---: |'
product 'smull, smlal, sadalp' cortex-a53 'NeonDot__One>:' 128
product 'smull, smlal, sadalp' cortex-a72 'NeonDot__One>:' 128
product 'smull, smlal, sadalp' neoverse-n1 'NeonDot__One>:' 128
product 'sdot by element' neoverse-n1 'NeonDpDot__One>:' 256
echo
echo '| gates | core | cycles per hidden unit |'
echo '| --- | --- | ---: |'
for core in cortex-a53 cortex-a72 neoverse-n1; do
    gates LSTM "$core" '__LstmUnits<.*GateSumsS8'
    gates GRU "$core" '__GruUnits<.*GateSumsS8'
done
