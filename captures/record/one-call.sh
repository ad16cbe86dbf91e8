# shellcheck shell=bash
# The one call of every encapsulation: INVITE, 100, nine seconds of silence (so
# that there is something to be said of it), 180, 200, ACK, BYE, 200. Seven messages.
# Sourced by the cases in encapsulated/, with the hosts that some of them need.

# one_call CALLER CALLEE: the call itself, between two hosts that reach each other.
one_call() {
    local caller=$1 callee=$2 address=${ADDRESS[$2]}
    [[ $address != *:* ]] || address="[$address]"
    sipp_server "$callee" uas-trying.xml HOLD_MS=9000 RING_MS=200
    CALL_ID="one-call@example.test" sipp_client "$caller" "$address" uac.xml "RURI=sip:bob@$address" TALK_MS=300
}

# ------------------------------------------------------------------ Open vSwitch

# ovs HOST COMMAND…: ovs-vsctl, ovs-ofctl or ovs-appctl for the switch on HOST.
ovs() {
    local dir="$WORK/ovs-$1" command=$2
    shift 2
    local -a to=()
    [[ $command != ovs-vsctl ]] || to=(--timeout=20 "--db=unix:$dir/db.sock")
    OVS_RUNDIR="$dir" "$command" "${to[@]}" "$@"
}

# switch_start HOST: a switch of HOST's own, all of it in user space.
switch_start() {
    local host=$1 dir="$WORK/ovs-$1"
    mkdir -p "$dir"
    ovsdb-tool create "$dir/conf.db" /usr/share/openvswitch/vswitch.ovsschema
    OVS_RUNDIR="$dir" on "$host" ovsdb-server "$dir/conf.db" "--remote=punix:$dir/db.sock" \
        "--unixctl=$dir/db.ctl" >"$dir/db.log" 2>&1 &
    for _ in {1..100}; do [[ -S $dir/db.sock ]] && break || sleep 0.05; done
    ovs "$host" ovs-vsctl --no-wait init
    OVS_RUNDIR="$dir" on "$host" ovs-vswitchd "unix:$dir/db.sock" "--unixctl=$dir/switch.ctl" >"$dir/switch.log" 2>&1 &
    ovs "$host" ovs-vsctl set Open_vSwitch . other_config:vlan-limit=2
}

# bridge HOST NAME ADDRESS: a bridge of the switch, with an address of the host's on it.
bridge() {
    local host=$1 name=$2 address=$3
    ovs "$host" ovs-vsctl add-br "$name" -- set bridge "$name" datapath_type=netdev
    ip -n "$(netns "$host")" address add "$address/24" dev "$name"
    ip -n "$(netns "$host")" link set "$name" up
    on "$host" ethtool -K "$name" tx off tso off gso off >/dev/null
}

# bare_host NAME: a host with a cable and no address.
bare_host() {
    new_netns "$1"
    ADDRESS[$1]=""
    plug "$1" eth0 br0
}

# overlay HOST ADDRESS UNDERLAY REMOTE TYPE [OPTION=VALUE…]: HOST has ADDRESS within
# a tunnel to REMOTE, which it reaches from UNDERLAY.
overlay() {
    local host=$1 address=$2 underlay=$3 remote=$4 type=$5 option
    local -a options=()
    shift 5
    for option in "$@"; do options+=("options:$option"); done
    bare_host "$host"
    ADDRESS[$host]=$address
    switch_start "$host"
    bridge "$host" outer "$underlay"
    ovs "$host" ovs-vsctl add-port outer eth0
    bridge "$host" inner "$address"
    ovs "$host" ovs-vsctl add-port inner tunnel -- set interface tunnel "type=$type" "options:remote_ip=$remote" "${options[@]}"
}

# overlays TYPE [OPTION=VALUE…]: caller and callee with a tunnel between them.
overlays() {
    local type=$1
    shift
    overlay caller 10.77.0.10 172.16.0.10 172.16.0.20 "$type" "$@"
    overlay callee 10.77.0.20 172.16.0.20 172.16.0.10 "$type" "$@"
    sleep 1
    # The switches learn each other by ARP with the first packets; those would otherwise be lost.
    on caller python3 -c "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b\"\", (\"172.16.0.20\", 9))"
    on callee python3 -c "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b\"\", (\"172.16.0.10\", 9))"
    sleep 0.5
}

# no_ethernet: the tunnel of overlays carries bare IP packets; the switches give them Ethernet headers.
no_ethernet() {
    local host other mac
    for host in caller callee; do
        other=$([[ $host == caller ]] && echo callee || echo caller)
        mac=$(on "$host" cat /sys/class/net/inner/address)
        ip -n "$(netns "$host")" neighbour add "${ADDRESS[$other]}" lladdr 02:00:00:00:00:01 dev inner
        ovs "$host" ovs-ofctl del-flows inner
        ovs "$host" ovs-ofctl add-flow inner "in_port=LOCAL,ip,actions=output:tunnel"
        ovs "$host" ovs-ofctl add-flow inner "in_port=tunnel,actions=set_field:$mac->eth_dst,output:LOCAL"
    done
}

# tagged OUT_ACTIONS MATCH IN_ACTIONS: caller and callee on one Ethernet; their switches do
# OUT_ACTIONS to the IP packets that they send, and IN_ACTIONS (output:LOCAL hands in) to those that MATCH.
tagged() {
    local out=$1 match=$2 in=$3 host
    for host in caller callee; do
        bare_host "$host"
        ADDRESS[$host]=$([[ $host == caller ]] && echo 10.77.0.10 || echo 10.77.0.20)
        # The cable itself has no address, and must not answer for the bridge.
        on "$host" sysctl -qw net.ipv4.conf.all.arp_ignore=1
        switch_start "$host"
        bridge "$host" inner "${ADDRESS[$host]}"
        ovs "$host" ovs-vsctl add-port inner eth0
        ovs "$host" ovs-ofctl -O OpenFlow13 add-flow inner "priority=1,in_port=LOCAL,ip,actions=$out,output:eth0"
        ovs "$host" ovs-ofctl -O OpenFlow13 add-flow inner "priority=1,in_port=eth0,$match,actions=$in"
    done
    sleep 0.5
}

# ------------------------------------------------------- Kamailio answers the call

# callee_start HOST PORT DEFINE_OR_OPTION…: Kamailio as the callee of the one call.
callee_start() {
    local host=$1 port=$2 dir="$WORK/callee"
    shift 2
    mkdir -p "$dir"
    on "$host" kamailio -f "$RECORD_DIR/kamailio/callee.cfg" -DD -E -e -m 32 -M 8 -Y "$dir" -P "$dir/pid" "$@" \
        >"$WORK/callee.log" 2>&1 </dev/null &
    listening "$host" "$port"
    sleep 0.5
}

# certificate: a key and a certificate for whoever speaks TLS.
certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=proxy.example.test" \
        -keyout "$WORK/key.pem" -out "$WORK/certificate.pem" 2>/dev/null
}

# call_over TRANSPORT PORT [OPTION=VALUE…]: caller and Kamailio, and their one call
# over udp, tcp, tls, ws or wss. With BARE_TLS, callee.py answers. A key log, if any, goes beside the capture.
call_over() {
    local transport=$1 port=$2 listen
    shift 2
    local -a define=()
    case $transport in
    tls) listen=tls ;;
    ws) listen=tcp define=(-A WEBSOCKET) ;;
    wss) listen=tls define=(-A WEBSOCKET) ;;
    *) listen=$transport ;;
    esac
    [[ -n ${ADDRESS[callee]-} ]] || { host caller 10.77.0.10; host callee 10.77.0.20; }
    if [[ $listen == tls ]]; then
        certificate
        define+=(-A "TLS_KEY=\"$WORK/key.pem\"" -A "TLS_CERTIFICATE=\"$WORK/certificate.pem\"")
    fi
    if [[ -n ${BARE_TLS-} ]]; then
        on callee python3 "$RECORD_DIR/callee.py" 10.77.0.20 "$port" "$WORK/key.pem" "$WORK/certificate.pem" &
        listening callee "$port"
    else
        callee_start callee "$port" -l "$listen:10.77.0.20:$port" "${define[@]}"
    fi
    FILTER="${FILTER-}" capture
    on caller python3 "$RECORD_DIR/caller.py" "$transport" 10.77.0.10 10.77.0.20 "$port" "keylog=$WORK/keys" "$@"
    sleep 0.3
    capture_stop
    [[ ! -s $WORK/keys ]] || cp "$WORK/keys" "$OUT_DIR/$CASE.keylog"
}
