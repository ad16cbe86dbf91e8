#!/usr/bin/env bash
# Record the captures again: record.sh [-j JOBS] [NAME…]
#
# Each file in cases/ is one capture. Every case runs in network namespaces of
# its own, so they run side by side and nothing reaches the network outside.
# Needs root and a Debian-like system. Without NAME, all cases are recorded.
# encapsulated.sh sets CASES_DIR, OUT_DIR and MORE_PACKAGES.
set -euo pipefail

RECORD_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CASES_DIR=${CASES_DIR:-$RECORD_DIR/cases}
OUT_DIR=${OUT_DIR:-$(dirname "$RECORD_DIR")}
JOBS=12
if [[ ${1-} == -j ]]; then
    JOBS=$2
    shift 2
fi
# shellcheck source=lib.sh
source "$RECORD_DIR/lib.sh"

readonly PACKAGES=(kamailio kamailio-extra-modules sip-tester baresip linphone-cli twinkle-console dnsmasq-base
    nftables iproute2 ethtool tcpdump tshark python3-minimal
    ${MORE_PACKAGES-})

install_missing() {
    local package
    local -a missing=()
    for package in "${PACKAGES[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] || apt-get install -y --no-install-recommends "${missing[@]}"
}

# case_names: all cases, the slow ones first, so that the others fill the gaps.
case_names() {
    local file
    for file in "$CASES_DIR"/*.sh; do
        if grep -q '^slow=true' "$file"; then echo "0 $file"; else echo "1 $file"; fi
    done | sort -s -k1,1 | sed 's|.*/||; s|\.sh$||'
}

# run_case NAME NUMBER: in a sub-shell; leaves the capture in OUT_DIR.
run_case() {
    CASE=$1
    NET_PREFIX="sw$$-$2"
    WORK="$WORK_ROOT/$1"
    mkdir -p "$WORK"
    extension=pcap
    # shellcheck source=/dev/null
    source "$CASES_DIR/$CASE.sh"
    CAPTURE="$WORK/$CASE.$extension"
    trap case_end EXIT
    trap 'exit 1' INT TERM
    case_begin
    record
    [[ -z $CAPTURE_PID ]] || capture_stop
    mv "$CAPTURE" "$OUT_DIR/$CASE.$extension"
}

# remove_all: whatever is left, also after a failure or Ctrl-C.
remove_all() {
    local jobs ns
    jobs=$(jobs -p)
    # shellcheck disable=SC2086
    [[ -z $jobs ]] || kill $jobs 2>/dev/null || true
    wait
    NET_PREFIX="sw$$"
    case_end
    for ns in /etc/netns/"sw$$"-*; do
        [[ ! -d $ns ]] || rm -rf "$ns"
    done
    rmdir /etc/netns 2>/dev/null || true
    [[ -n ${KEEP_WORK-} ]] || rm -rf "$WORK_ROOT"
}

main() {
    local number=0 name failed=0
    local -a names=("$@")
    [[ $EUID -eq 0 ]] || { echo "record.sh needs root (network namespaces)" >&2; exit 1; }
    install_missing
    if [[ ${#names[@]} -eq 0 ]]; then
        mapfile -t names < <(case_names)
    fi
    for name in "${names[@]}"; do
        [[ -f $CASES_DIR/$name.sh ]] || { echo "no case named $name" >&2; exit 1; }
    done
    for name in "${names[@]}"; do
        while [[ $(jobs -rp | wc -l) -ge $JOBS ]]; do wait -n || true; done
        number=$((number + 1))
        (
            set +e
            # Not inside the condition: there, set -e would have no effect.
            (set -e; run_case "$name" "$number") >"$WORK_ROOT/$name.log" 2>&1
            status=$?
            if [[ $status -eq 0 ]]; then
                echo "recorded $name"
            else
                echo "FAILED   $name"
                sed 's/^/    /' "$WORK_ROOT/$name.log"
                echo "$name" >>"$WORK_ROOT/failed"
            fi
        ) &
    done
    wait
    [[ ! -s $WORK_ROOT/failed ]] || failed=1
    [[ -n ${NO_MANIFEST-} ]] || "$RECORD_DIR/manifest.sh" || failed=1
    return "$failed"
}

WORK_ROOT=$(mktemp -d /tmp/sipwhy-record.XXXXXX)
trap remove_all EXIT
trap 'exit 130' INT TERM
main "$@"
