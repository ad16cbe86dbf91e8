#!/usr/bin/env bash
# Write manifest.toml and the table in README.md from the cases, and check that
# each capture shows the packets that its expectations cite.
#
# An expectation cites packets as SOURCE>DESTINATION:WHAT, where WHAT is a
# method (INVITE), a response with its method (305/INVITE), ICMP, ARP, DNS, SYN
# or RST. A * stands for anything, a trailing #2 for the second match, #-1 for
# the last.
# The cases call these functions and set these variables:
# shellcheck disable=SC2154,SC2317
set -euo pipefail

RECORD_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
OUT_DIR=$(dirname "$RECORD_DIR")

# packets FILE: one line per packet: NUMBER SOURCE>DESTINATION:WHAT
packets() {
    tshark -n -r "$1" -T fields -E separator=, -E occurrence=f -e frame.number -e ip.src -e ipv6.src \
        -e ip.dst -e ipv6.dst -e icmp.type -e icmpv6.type -e arp.opcode -e dns.id -e tcp.flags.syn -e tcp.flags.reset \
        -e sip.Method -e sip.Status-Code -e sip.CSeq.method -e arp.src.proto_ipv4 -e arp.dst.proto_ipv4 2>/dev/null |
        awk -F, '{
            src = $2 $3; dst = $4 $5
            if ($6 $7 != "") what = "ICMP"
            else if ($8 != "") { what = "ARP"; src = $15; dst = $16 }
            else if ($9 != "") what = "DNS"
            else if ($13 != "") what = $13 "/" $14
            else if ($12 != "") what = $12
            else if ($10 == "True" || $10 == "1") what = "SYN"
            else if ($11 == "True" || $11 == "1") what = "RST"
            else what = "-"
            print $1, src ">" dst ":" what
        }'
}

# frame_of PATTERN: the number of the packet among $packets that it stands for.
frame_of() {
    local pattern=${1%#*} nth=1 number line
    local -a found=()
    [[ $1 != *#* ]] || nth=${1##*#}
    while read -r number line; do
        # shellcheck disable=SC2053
        [[ $line != $pattern ]] || found+=("$number")
    done <<<"$packets"
    [[ $nth -lt 0 ]] || nth=$((nth - 1))
    if [[ ${#found[@]} -le ${nth#-} && $nth -ge 0 ]] || [[ ${#found[@]} -eq 0 ]]; then
        echo "$name: no packet $1" >&2
        return 1
    fi
    echo "${found[$nth]}"
}

# expect_rule RULE SEVERITY VERDICT RESPONSIBLE|- [PACKET…]
expect_rule() {
    local rule=$1 severity=$2 verdict=$3 responsible=$4 pattern frames=""
    shift 4
    for pattern in "$@"; do
        frames+="$(frame_of "$pattern")"$'\n' || return 1
    done
    frames=$(sort -nu <<<"$frames" | sed '/^$/d' | paste -sd, | sed 's/,/, /g')
    printf '    { rule = "%s", severity = "%s", verdict = "%s"' "$rule" "$severity" "$verdict"
    [[ $responsible == - ]] || printf ', responsible = "%s"' "$responsible"
    [[ -z $frames ]] || printf ', frames = [%s]' "$frames"
    [[ -z ${OPTIONAL-} ]] || printf ', optional = true'
    printf ' },\n'
}

entry() {
    local file extension=pcap expected packets
    expect() { :; }
    # shellcheck source=/dev/null
    source "$RECORD_DIR/cases/$name.sh"
    file="$name.$extension"
    [[ -f $OUT_DIR/$file ]] || return 0
    packets=$(packets "$OUT_DIR/$file")
    expected=$(expect)
    printf '[[capture]]\nfile = "%s"\nstacks = "%s"\nhappened = "%s"\nsay = "%s"\nhealthy = %s\n' \
        "$file" "$stacks" "$happened" "$say" "$healthy"
    if [[ -n $expected ]]; then printf 'expect = [\n%s\n]\n\n' "$expected"; else printf 'expect = []\n\n'; fi
    # shellcheck disable=SC2016
    printf '| `%s` | %s | %s |\n' "$file" "$happened" "$say" >>"$table"
}

table=$(mktemp)
new=$(mktemp)
trap 'rm -f "$table" "$new"' EXIT
failed=0
{
    echo "# What each capture shows and what must be said of it."
    echo "# Written by record/manifest.sh from record/cases/; see README.md for the fields."
    echo
} >"$new"
for case_file in "$RECORD_DIR"/cases/*.sh; do
    name=$(basename "$case_file" .sh)
    (entry) >>"$new" || failed=1
done
cp "$new" "$OUT_DIR/manifest.toml"
if [[ -f $OUT_DIR/README.md ]]; then
    sed '/^| File | What happened/,$d' "$OUT_DIR/README.md" >"$new"
    {
        echo "| File | What happened | What must be said |"
        echo "|---|---|---|"
        cat "$table"
    } >>"$new"
    cp "$new" "$OUT_DIR/README.md"
fi
exit "$failed"
