# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 with topoh (border element)"
happened="A border element gives the far side a Call-ID and Vias of its own, and keeps the Session-ID. The callee answers 404."
say="The two Call-IDs are one call, and it failed at the callee."
healthy=false
record() {
    host caller 10.77.0.10
    host border 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=404 Not Found"
    kamailio_start border 'TARGET="10.77.0.20"' HIDE_TOPOLOGY=1 </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml \
        "EXTRA2=Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000"
}
expect() {
    expect_rule call-failed warning confirmed 10.77.0.20 '*.2>*.20:INVITE' '*.20>*.2:404/INVITE'
    expect_rule call-failed warning confirmed 10.77.0.20 '*.10>*.2:INVITE' '*.2>*.20:INVITE' '*.20>*.2:404/INVITE' '*.2>*.10:404/INVITE'
}
