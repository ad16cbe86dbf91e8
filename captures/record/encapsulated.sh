#!/usr/bin/env bash
# Record the one call in every encapsulation again: encapsulated.sh [-j JOBS] [NAME…]
#
# As record.sh, with the cases in encapsulated/ and the captures in
# ../encapsulated/, whose manifest.toml it writes at the end.
set -euo pipefail

RECORD_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export CASES_DIR=$RECORD_DIR/encapsulated
export OUT_DIR=${RECORD_DIR%/*}/encapsulated
export NO_MANIFEST=1
export MORE_PACKAGES="kamailio-tls-modules kamailio-websocket-modules openvswitch-switch libusrsctp2 openssl wireshark-common"

failed=0
"$RECORD_DIR/record.sh" "$@" || failed=1

# Each row of the manifest is what a case says of itself.
{
    echo "# The one call in each encapsulation that real stacks speak."
    echo "# Written by record/encapsulated.sh from record/encapsulated/."
    for case_file in "$CASES_DIR"/*.sh; do
        (
            extension=pcap keys="" remark="" decode=""
            # shellcheck source=/dev/null
            source "$case_file"
            name=$(basename "$case_file" .sh)
            [[ -f $OUT_DIR/$name.$extension ]] || exit 0
            printf '\n[[capture]]\nfile = "%s.%s"\nencapsulation = "%s"\nstacks = "%s"\n' \
                "$name" "$extension" "${encapsulation:?}" "${stacks:?}"
            [[ -z $keys ]] || printf 'keys = "%s"\n' "$keys"
            [[ -z $decode ]] || printf 'decode = "%s"\n' "$decode"
            [[ -z $remark ]] || printf 'remark = "%s"\n' "$remark"
        )
    done
} >"$OUT_DIR/manifest.toml"
exit "$failed"
