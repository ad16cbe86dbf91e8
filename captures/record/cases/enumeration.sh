# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (clients), Kamailio 5.6 (registrar)"
happened="A host registers for 25 users, one after the other, and answers none of the challenges. A gateway registers 25 users of its own and answers each."
say="The first host probes for users; the gateway does not."
healthy=false
record() {
    host prober 10.77.0.66
    host gateway 10.77.0.10
    host proxy 10.77.0.2
    kamailio_start proxy 'TARGET="10.77.0.20"' 'PASSWORD="secret"' 'PEER="10.77.0.20"' </dev/null
    { echo SEQUENTIAL; seq 100 124; } >"$WORK/users.csv"
    capture
    sipp_run gateway -sf "$(scenario gateway uac-register.xml RURI=sip:10.77.0.2 'TO=sip:[field0]@10.77.0.2' USER=gateway FROM_TAG='gw-[call_number]')" \
        -inf "$WORK/users.csv" -p 5060 -r 100 -m 25 -timeout 20s 10.77.0.2 || true
    sipp_run prober -sf "$(scenario prober uac-request.xml METHOD=REGISTER RURI=sip:10.77.0.2 'TO=sip:[field0]@10.77.0.2' 'FROM=sip:[field0]@10.77.0.2' FROM_TAG='p-[call_number]')" \
        -inf "$WORK/users.csv" -p 5060 -r 20 -m 25 -timeout 8s 10.77.0.2 || true
    sleep 6
}
expect() {
    expect_rule enumeration warning confirmed 10.77.0.66
    for _ in {1..25}; do expect_rule challenge-unanswered note inconclusive -; done
}
