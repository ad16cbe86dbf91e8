# shellcheck shell=bash
# What the cases are written in: hosts, captures and SIP stacks.
#
# A case runs in a sub-shell of its own. Its hosts are network namespaces that
# hang on one bridge, in a namespace of its own as well, so any number of cases
# use the same addresses at the same time.

readonly RECORD_DIR=${RECORD_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}
declare -A ADDRESS=()       # host name -> address
declare -a TEMPORARY=()     # directories to remove

# ---------------------------------------------------------------- namespaces

# netns HOST: the namespace that stands for HOST in this case.
netns() { echo "$NET_PREFIX-$1"; }

# on HOST COMMAND…: run a command on that host.
on() {
    local host=$1
    shift
    ip netns exec "$(netns "$host")" "$@"
}

# new_netns NAME
new_netns() {
    local ns
    ns=$(netns "$1")
    ip netns add "$ns"
    ip netns exec "$ns" sysctl -qw "net.ipv6.conf.all.disable_ipv6=$((!${WITH_IPV6:-0}))" \
        "net.ipv6.conf.default.disable_ipv6=$((!${WITH_IPV6:-0}))"
    ip -n "$ns" link set lo up
}

# case_begin: the bridge every host of the case is plugged into.
case_begin() {
    new_netns hub
    ip -n "$(netns hub)" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n "$(netns hub)" link set br0 up
}

# plug HOST DEVICE BRIDGE: a cable from HOST's DEVICE to BRIDGE in the hub.
plug() {
    local host=$1 device=$2 bridge=$3 port="p${#ADDRESS[@]}$2"
    ip -n "$(netns hub)" link add "$port" type veth peer name "$device" netns "$(netns "$host")"
    ip -n "$(netns hub)" link set "$port" master "$bridge" up
    on hub ethtool -K "$port" tx off >/dev/null
    on "$host" ethtool -K "$device" tx off tso off gso off >/dev/null
    ip -n "$(netns "$host")" link set "$device" up
}

# host NAME ADDRESS: a host on the bridge, e.g. host caller 10.77.0.10
host() {
    local name=$1 address=$2
    new_netns "$name"
    plug "$name" eth0 br0
    ADDRESS[$name]=$address
    if [[ $address == *:* ]]; then
        ip -n "$(netns "$name")" address add "$address/64" dev eth0 nodad
    else
        ip -n "$(netns "$name")" address add "$address/24" dev eth0
    fi
}

# trunk NAME ADDRESS: a host whose frames cross an 802.1Q trunk (VLAN 5) between
# two switches; the device "trunk" in the hub shows them tagged.
trunk() {
    local name=$1 address=$2 hub
    hub=$(netns hub)
    new_netns "$name"
    ip -n "$hub" link add access type veth peer name access-end
    ip -n "$hub" link add trunk type veth peer name trunk-end
    ip -n "$hub" link add outlet type veth peer name eth0 netns "$(netns "$name")"
    ip -n "$hub" link set access master br0
    local device
    for device in access access-end trunk trunk-end outlet; do
        ip -n "$hub" link set "$device" up
        on hub ethtool -K "$device" tx off txvlan off rxvlan off >/dev/null
    done
    on "$name" ethtool -K eth0 tx off tso off gso off >/dev/null
    ip -n "$(netns "$name")" link set eth0 up
    ip -n "$(netns "$name")" address add "$address/24" dev eth0
    ADDRESS[$name]=$address
    on hub python3 "$RECORD_DIR/vlan-trunk.py" 5 access-end trunk trunk-end outlet &
    sleep 0.5
}

# name_server HOST ADDRESS: HOST asks ADDRESS for names.
name_server() {
    local dir
    dir="/etc/netns/$(netns "$1")"
    mkdir -p "$dir"
    TEMPORARY+=("$dir")
    printf 'nameserver %s\noptions timeout:5 attempts:4\n' "$2" >"$dir/resolv.conf"
}

# swallow HOST RULE…: HOST drops what matches the nftables RULE, in silence.
swallow() {
    local host=$1
    shift
    on "$host" nft "add table inet mute; add chain inet mute in { type filter hook input priority 0; }; add rule inet mute in $* drop"
}

# case_signal SIGNAL: send it to every process in the case's namespaces.
case_signal() {
    local ns pids
    for ns in $(case_namespaces); do
        pids=$(ip netns pids "$ns" 2>/dev/null) || true
        # shellcheck disable=SC2086
        [[ -z $pids ]] || kill "-$1" $pids 2>/dev/null || true
    done
}

case_namespaces() { ip netns list | awk -v p="$NET_PREFIX-" 'index($1, p) == 1 { print $1 }'; }

# case_end: stop every process of the case and remove its namespaces.
case_end() {
    local ns
    case_signal TERM
    sleep 0.3
    case_signal KILL
    for ns in $(case_namespaces); do
        ip netns delete "$ns" || true
    done
    [[ ${#TEMPORARY[@]} -eq 0 ]] || rm -rf "${TEMPORARY[@]}"
}

# -------------------------------------------------------------------- waiting

# listening HOST PORT: wait until something listens there.
listening() {
    for _ in {1..200}; do
        [[ -z $(on "$1" ss -Hlntu "sport = :$2") ]] || return 0
        sleep 0.05
    done
    echo "$CASE: nothing listens on $1 port $2" >&2
    return 1
}

# ------------------------------------------------------------------- captures

declare CAPTURE_PID="" CAPTURE_LOG=""
readonly NO_MEDIA="port 53 or not udp portrange 6000-65535"

# capture [HOST [DEVICE [TCPDUMP OPTION…]]]: start to record into $CAPTURE.
# Without arguments: everything that crosses the bridge, once.
# FILTER (a variable) replaces the filter that leaves media out.
capture() {
    local where=${1:-hub} device=${2:-br0}
    shift $(($# < 2 ? $# : 2))
    CAPTURE_LOG="$WORK/capture.log"
    if [[ $CAPTURE == *.pcapng ]]; then
        ip netns exec "$(netns "$where")" dumpcap -q -n -i "$device" -B 16 -f "${FILTER-$NO_MEDIA}" -w "$CAPTURE" 2>"$CAPTURE_LOG" &
    else
        ip netns exec "$(netns "$where")" tcpdump -n -Z root --immediate-mode -B 16384 -U -i "$device" -w "$CAPTURE" "$@" \
            "${FILTER-$NO_MEDIA}" 2>"$CAPTURE_LOG" &
    fi
    CAPTURE_PID=$!
    for _ in {1..100}; do
        if grep -qE '^(tcpdump: )?listening on|^File:' "$CAPTURE_LOG"; then
            sleep 0.3
            return 0
        fi
        sleep 0.05
    done
    cat "$CAPTURE_LOG" >&2
    return 1
}

# capture_stop: end the recording and make sure that it lost nothing.
capture_stop() {
    sleep 0.5
    kill -TERM "$CAPTURE_PID"
    wait "$CAPTURE_PID" || true
    CAPTURE_PID=""
    if ! grep -qE '^0 packets dropped by kernel|received/dropped on interface .*/0 ' "$CAPTURE_LOG"; then
        echo "$CASE: the capture lost packets:" >&2
        cat "$CAPTURE_LOG" >&2
        return 1
    fi
}

# ----------------------------------------------------------------------- SIPp

# scenario HOST FILE [NAME=VALUE…]: fill in a scenario; prints the new path.
# A line that holds nothing but an empty value disappears.
scenario() {
    local out="$WORK/$1-${2%.xml}-$BASHPID.xml" pair
    local -A value=(
        [RURI]="sip:bob@10.77.0.2" [TO]="sip:bob@example.test" [FROM]="sip:alice@example.test"
        [FROM_TAG]="alice-[call_number]" [CSEQ]=1 [EXTRA]="" [EXTRA2]="" [TALK_MS]=1000 [WAIT_MS]=2000
        [LATE_MS]=0 [RING_MS]=500 [HOLD_MS]=900000 [ROUTES]="[routes]" [ACK_URI]="[next_url]" [HOPS]=70 [STATUS]="200 OK" [BYE_STATUS]="200 OK" [METHOD]="OPTIONS"
        [AGENT]="SIPp" [PASSWORD]="secret" [TRYING_TAG]="" [USER]="bob" [PROXY]="10.77.0.30" [PROXY_PORT]=5060 [FIRST]="180 Ringing" [SECOND_VIA]="" [BYE_EXTRA]="" [ACK_MARK]="" [SENT_BY]="[local_ip]:[local_port]" [RPORT]=";rport" [PROGRESS]=180
        [MEDIA]="[media_ip]" [ANSWER]="m=audio [media_port] RTP/AVP 8 101" [OFFER]="m=audio [media_port] RTP/AVP 8 101"
    )
    local -a edit=()
    local file=$2
    shift 2
    for pair in "$@"; do
        value[${pair%%=*}]=${pair#*=}
    done
    for pair in "${!value[@]}"; do
        [[ -n ${value[$pair]} ]] || edit+=(-e "/^ *@$pair@ *\$/d")
        edit+=(-e "s|@$pair@|${value[$pair]//&/\\&}|g")
    done
    sed "${edit[@]}" "$RECORD_DIR/sipp/$file" >"$out"
    echo "$out"
}

# sipp_run HOST [SIPp OPTION…]: SIPp itself, bound to the host's address.
sipp_run() {
    local host=$1
    shift
    (cd "$WORK" && TERM=xterm exec ip netns exec "$(netns "$host")" ${PID_NAMESPACE:+unshare --pid --fork} \
        sipp -i "${ADDRESS[$host]}" -nostdin -default_behaviors all,-bye,-abortunexp \
        -max_invite_retrans "${INVITE_RETRANSMISSIONS:-6}" "$@" >>"$WORK/sipp-$host.log" 2>&1)
}

# sipp_server HOST FILE [NAME=VALUE…]: a callee in the background.
# TRANSPORT=t1 for TCP, PORT for another port than 5060, SERVER_TIMEOUT to stay longer than 300s.
sipp_server() {
    local host=$1 filled
    filled=$(scenario "$@")
    sipp_run "$host" -sf "$filled" -p "${PORT:-5060}" -t "${TRANSPORT:-u1}" -timeout "${SERVER_TIMEOUT:-300s}" &
    listening "$host" "${PORT:-5060}"
}

# sipp_client HOST DESTINATION FILE [NAME=VALUE…]: one call, waits for its end.
# CALL_ID, TRANSPORT and PORT are variables, too. Failure of the call is no failure.
sipp_client() {
    local host=$1 destination=$2 filled
    shift 2
    filled=$(scenario "$host" "$@")
    sipp_run "$host" -sf "$filled" -p "${PORT:-5060}" -t "${TRANSPORT:-u1}" -m 1 -timeout 120s \
        -cid_str "${CALL_ID:-%u-%p-call@%s}" "$destination" || true
}

# answer_pings HOST: let HOST answer OPTIONS at port 5090.
answer_pings() { PORT=5090 sipp_server "$1" uas-request.xml METHOD=OPTIONS; }

# pings HOST DESTINATION [EVERY_MS]: OPTIONS from HOST's port 5091, in the
# background, until the case ends. They prove that time passes in the capture.
pings() {
    local filled
    filled=$(scenario "$1" options.xml)
    sipp_run "$1" -sf "$filled" -p 5091 -r 1 -rp "${3:-4000}" -m 1000 -timeout 300s "$2" &
}

# ------------------------------------------------------------------- Kamailio

# kamailio_start HOST [DEFINE…]: a proxy. Defines such as TARGET=\"10.77.0.20\"
# choose what proxy.cfg does; without TARGET it follows the Request-URI.
# The routing of the case, if any, comes on stdin (route[CASE] { … }).
kamailio_start() {
    local host=$1 listen=${ADDRESS[$1]} dir="$WORK/kamailio-$1" define
    local -a defines=()
    shift
    mkdir -p "$dir"
    if [[ -t 0 || -n ${NO_STDIN-} ]]; then : >"$dir/case.cfg"; else cat >"$dir/case.cfg"; fi
    [[ -s $dir/case.cfg ]] || cp "$RECORD_DIR/kamailio/default-route.cfg" "$dir/case.cfg"
    cp "$RECORD_DIR/kamailio/proxy.cfg" "$dir/proxy.cfg"
    for define in "$@"; do
        defines+=(-A "$define")
    done
    [[ $listen != *:* ]] || listen="[$listen]"
    on "$host" kamailio -f "$dir/proxy.cfg" -DD -E -e -m 32 -M 8 -Y "$dir" -P "$dir/pid" \
        -l "udp:$listen:5060" -l "tcp:$listen:5060" -A "HOSTNAME=\"$host\"" "${defines[@]}" \
        >"$WORK/kamailio-$host.log" 2>&1 </dev/null &
    listening "$host" 5060
    sleep 0.3
}

# registrar_start HOST [DEFINE…]: a proxy that calls users where they have registered with it.
registrar_start() {
    kamailio_start "$@" <<'END'
route[CASE] {
    if (!lookup("location")) {
        sl_send_reply("404", "Not Found");
        exit;
    }
    route(RELAY);
}
END
}

# -------------------------------------------------------------------- baresip

# baresip_run HOST SECONDS ACCOUNT [COMMAND…]: a soft phone for so many seconds.
baresip_run() {
    local host=$1 seconds=$2 account=$3 dir="$WORK/baresip-$1" command
    local -a commands=()
    shift 3
    mkdir -p "$dir"
    sed -e "s|@ADDRESS@|${ADDRESS[$host]}|" "$RECORD_DIR/baresip/config" >"$dir/config"
    printf '%s\n' "$account" >"$dir/accounts"
    : >"$dir/contacts"
    for command in "$@"; do
        commands+=(-e "$command")
    done
    on "$host" env HOME="$dir" baresip -f "$dir" -t "$seconds" "${commands[@]}" >"$WORK/baresip-$host.log" 2>&1 </dev/null || true
}

# baresip_start HOST SECONDS ACCOUNT: the same in the background, ready for calls.
baresip_start() {
    baresip_run "$@" &
    listening "$1" 5060
    sleep 0.5
}

# baresip_b2bua HOST SECONDS DESTINATION: a back-to-back user agent in the background, which
# passes all calls on to DESTINATION.
baresip_b2bua() {
    local host=$1 seconds=$2 destination=$3 dir="$WORK/baresip-$1"
    mkdir -p "$dir"
    sed -e "s|@ADDRESS@|${ADDRESS[$host]}|" "$RECORD_DIR/baresip/config" >"$dir/config"
    echo 'module_app b2bua.so' >>"$dir/config"
    : >"$dir/contacts"
    printf '%s\n' "<sip:in@${ADDRESS[$host]}>;regint=0;b2bua=inbound" \
        "<sip:out@${ADDRESS[$host]}>;regint=0;b2bua=outbound;outbound=\"sip:$destination\"" >"$dir/accounts"
    on "$host" env HOME="$dir" baresip -f "$dir" -t "$seconds" >"$WORK/baresip-$host.log" 2>&1 </dev/null &
    listening "$host" 5060
    sleep 0.5
}

# ------------------------------------------------------------------- linphone

# linphone_run HOST [COMMAND | +SECONDS]…: linphone-daemon, fed with commands
# and pauses as soon as it is up.
linphone_run() {
    local host=$1 dir="$WORK/linphone-$1" step
    shift
    mkdir -p "$dir/.local/share/linphone" "$dir/.config/linphone"
    on "$host" ip route replace default dev eth0
    {
        listening "$host" 5060
        for step in "$@"; do
            if [[ $step == +* ]]; then sleep "${step#+}"; else echo "$step"; fi
        done
    } | on "$host" env HOME="$dir" linphone-daemon --config "$RECORD_DIR/linphone/linphonerc" \
        >"$WORK/linphone-$host.log" 2>&1 || true
}

# -------------------------------------------------------------------- twinkle

# twinkle_run HOST USER DOMAIN [COMMAND | +SECONDS]…: a soft phone that registers as USER at DOMAIN,
# fed with commands and pauses. REDIRECTION=yes lets it follow redirections.
twinkle_run() {
    local host=$1 user=$2 domain=$3 dir="$WORK/twinkle-$1" step
    shift 3
    mkdir -p "$dir/.twinkle"
    sed -e "s|@USER@|$user|; s|@DOMAIN@|$domain|; s|@REDIRECTION@|${REDIRECTION:-no}|" \
        "$RECORD_DIR/twinkle/profile.cfg" >"$dir/.twinkle/$user.cfg"
    cp "$RECORD_DIR/twinkle/twinkle.sys" "$dir/.twinkle/twinkle.sys"
    # No sound card: sound comes from nowhere and goes there.
    printf 'pcm.!default { type null }\nctl.!default { type null }\n' >"$dir/.asoundrc"
    on "$host" ip route replace default dev eth0
    for step in "$@"; do
        if [[ $step == +* ]]; then sleep "${step#+}"; else echo "$step"; fi
    done | on "$host" env HOME="$dir" USER="$user" timeout "${TWINKLE_TIMEOUT:-60}" twinkle-console "$user.cfg" \
        >"$WORK/twinkle-$host.log" 2>&1 || true
}
