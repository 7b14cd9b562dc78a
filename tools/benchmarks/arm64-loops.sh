#!/usr/bin/env bash
# What the loops of the arm64 kernels cost, by llvm-mca on what the compiler made of them: bytes of weights per cycle of products, cycles
# per element of the rest; and beside each what the busiest unit or the issue width alone would allow.
# Usage: arm64-loops.sh BINARY   (a linux-arm64 NativeAOT binary with symbols: -p:StripSymbols=false)
# LLVM_MCA names another llvm-mca than version 19; older ones have no model of neoverse-n1.
set -euo pipefail
binary=$1
mca=${LLVM_MCA:-llvm-mca-19}
turns=100
code=$(mktemp)
trap 'rm -f "$code"' EXIT
aarch64-linux-gnu-objdump -d --no-show-raw-insn "$binary" > "$code"

# One turn of the longest loop of a function: of each backward branch the shortest way without a call from its target to itself. Long
# loops are those of whole vectors and of layers with biases; missing biases and the elements after the last whole vector lie beside it.
# Addresses become 0: they cost nothing and do not parse.
loop() {
    awk -v name="^[0-9a-f]+ <.*$1" '
        $0 ~ name { inside = 1; next }
        inside && /^$/ { exit }
        inside { sub(/^ +/, ""); address = $1; sub(/:.*/, "", address); sub(/^[^\t]*\t/, ""); sub(/ *<.*/, ""); sub(/[ \t]*\/\/.*/, "")
                 count++; at[address] = count; text[count] = $0; op[count] = $1; to[count] = $NF
                 if ($1 ~ /^(b\.|cbn?z)/ && $NF in at) { loops++; first[loops] = at[$NF]; last[loops] = count } }
        function reach(next_one, i) { if (!(next_one in before)) { before[next_one] = i; queue[++found] = next_one } }
        function steps(one,    i, q, length_of) {
              split("", before); found = 0
              reach(first[one], 0)
              for (q = 1; q <= found && !(last[one] in before); q++) {
                  i = queue[q]
                  if (op[i] ~ /^(blr?|ret|brk)$/) continue
                  if (op[i] ~ /^(b$|b\.|cbn?z)/ && to[i] in at) reach(at[to[i]], i)
                  if (op[i] != "b") reach(i + 1, i) }
              if (last[one] in before) for (i = last[one]; i; i = before[i]) turn[++length_of] = text[i]
              return length_of }
        END { for (one = 1; one <= loops; one++) if (steps(one) > longest) { longest = steps(one); best = one }
              if (!best) { print "no function with a loop is named like " name > "/dev/stderr"; exit 1 }
              for (i = steps(best); i; i--) { sub(/[ \t][0-9a-f]+$/, " 0", turn[i]); print turn[i] } }' "$code"
}

# Arguments: core, function. Cycles of a turn, as llvm-mca counts them, and the fewest that units and issue width allow.
cycles() {
    loop "$2" | "$mca" -mtriple=aarch64 -mcpu="$1" -mattr=+dotprod -iterations=$turns |
        awk -v turns=$turns '/^Total Cycles/ { all = $3 / turns } /^Block RThroughput/ { print all, $3 }'
}

# Arguments: title, core, function, bytes of weights in a turn.
product() {
    cycles "$2" "$3" | awk -v title="$1" -v core="$2" -v bytes="$4" '{ printf "| %s | %s | %.2f | %.1f |\n", title, core, bytes / $1, bytes / $2 }'
}

# Arguments: title, core, elements in a turn of each, and functions, each as often as its loop runs.
elements() {
    title=$1 core=$2 count=$3
    shift 3
    for function in "$@"; do cycles "$core" "$function"; done |
        awk -v title="$title" -v core="$core" -v count="$count" '{ all += $1; least += $2 }
            END { printf "| %s | %s | %.1f | %.1f |\n", title, core, all / count, least / count }'
}

neon='Lanes4x128.*NeonDot>__'
split="${neon}Split<.*GateSumsS8"

echo '| products | core | bytes per cycle | at most |'
echo '| --- | --- | ---: | ---: |'
for core in cortex-a53 cortex-a72 neoverse-n1; do
    product 'int8 weights: smull, smlal, sadalp' $core 'NeonDot__DotTile>:' 128
    product 'int8 values: smull, smlal, sadalp by two digits' $core 'NeonDot__EightRows>:' 64
    product 'float32 weights: fmla by element' $core 'NeonRows__One>:' 256
done
product 'int8 weights: sdot by element' neoverse-n1 'NeonDpDot__FourTiles>:' 512
product 'int8 weights and four vectors: sdot' neoverse-n1 'NeonDpDot__TileVectors>:' 256
product 'float32 weights and six vectors: fmla' neoverse-n1 'ProductsF32.*Lanes4x128>__Chain<.*One.*Six>>:' 384
product 'int8 values: sdot by two digits' neoverse-n1 'NeonDpDot__OneTile>:' 256
echo
echo '| loops | core | cycles per element | at least |'
echo '| --- | --- | ---: | ---: |'
for core in cortex-a53 cortex-a72 neoverse-n1; do
    elements 'LSTM gates' $core 16 "$split" "$split" "$split" "$split" "${neon}LstmCells<.*Coarse" "${neon}LstmHidden<.*Coarse"
    elements 'GRU gates' $core 16 "$split" "$split" "${neon}GruCandidates<.*GateSumsS8" "${neon}GruMix<.*Coarse"
    elements 'RNN gates' $core 16 "${neon}RnnHidden<.*GateSumsS8"
    elements 'largest magnitude' $core 32 "${neon}Quantize>:"
    elements 'scale and bias of a product' $core 16 "${neon}ScaleSums>:"
    elements 'attention: scores' $core 16 "${neon}Scores>:"
    elements 'attention: exponentials and their sum' $core 16 'Of<.*AttentionTerms<.*Lanes4x128'
    elements 'attention: rounding of weights' $core 16 "${neon}RoundTo14Bits>:"
    elements 'layer norm: last loop' $core 16 "${neon}LayerNormCore>:"
    elements 'GELU' $core 16 "${neon}MapWhole<.*_Gelu<"
    elements 'tanh' $core 16 "${neon}MapWhole<.*Itself.*FineTanh"
done
