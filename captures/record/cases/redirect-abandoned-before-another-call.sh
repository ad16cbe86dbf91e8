# shellcheck shell=bash disable=SC2034,SC2016
stacks="twinkle 1.10 (caller, callee), Kamailio 5.6 (registrar, proxy)"
happened="The callee redirects by 302 to another user of the same proxy. The caller does not follow, and five seconds later calls a third user there, who does not exist."
say="The 302 was not followed; the call that came next has nothing to do with it."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    registrar_start proxy
    capture
    twinkle_run callee bob 10.77.0.2 +3 "redirect sip:carol@10.77.0.2 -t always" +18 quit &
    twinkle_run caller alice 10.77.0.2 +5 "call sip:bob@10.77.0.2" +5 "call sip:nobody@10.77.0.2" +11 quit
    sleep 3
}
expect() {
    expect_rule redirect-abandoned warning confirmed 10.77.0.10 '*.10>*.2:INVITE' '*.2>*.10:302/INVITE'
    expect_rule call-failed warning confirmed 10.77.0.2 '*.10>*.2:INVITE#-1' '*.2>*.10:404/INVITE'
}
