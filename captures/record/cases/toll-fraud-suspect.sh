# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (clients, callee), Kamailio 5.6 (registrar and proxy)"
happened="A host asks for 25 users in vain, and then calls an Iridium satellite phone; the proxy wants credentials, and it gives up. A gateway registers 25 users, with credentials, and calls the same satellite phone, which answers."
say="The first host probes for users and tries to call at somebody else's expense. The gateway's call is none of that."
healthy=false
record() {
    host prober 10.77.0.66
    host gateway 10.77.0.20
    host callee 10.77.0.21
    host proxy 10.77.0.2
    sipp_server callee uas.xml
    kamailio_start proxy 'TARGET="10.77.0.21"' 'PASSWORD="secret"' 'PEER="10.77.0.20"' </dev/null
    { echo SEQUENTIAL; seq 100 124; } >"$WORK/users.csv"
    capture
    sipp_run gateway -sf "$(scenario gateway uac-register.xml RURI=sip:10.77.0.2 'TO=sip:[field0]@10.77.0.2' USER=gateway FROM_TAG='gw-[call_number]')" \
        -inf "$WORK/users.csv" -p 5060 -r 100 -m 25 -timeout 20s 10.77.0.2 || true
    sipp_client gateway 10.77.0.2 uac.xml RURI=sip:+881612345678@10.77.0.2 TALK_MS=3000
    sipp_run prober -sf "$(scenario prober uac-request.xml METHOD=REGISTER RURI=sip:10.77.0.2 'TO=sip:[field0]@10.77.0.2' 'FROM=sip:[field0]@10.77.0.2' FROM_TAG='p-[call_number]')" \
        -inf "$WORK/users.csv" -p 5060 -r 20 -m 25 -timeout 8s 10.77.0.2 || true
    sipp_client prober 10.77.0.2 uac.xml RURI=sip:00881612345678@10.77.0.2 FROM=sip:100@10.77.0.2
    sleep 5
}
expect() {
    expect_rule enumeration warning confirmed 10.77.0.66
    expect_rule toll-fraud-suspect warning confirmed 10.77.0.66 '*.66>*.2:INVITE'
    for _ in {1..26}; do OPTIONAL=1 expect_rule challenge-unanswered note inconclusive -; done
}
