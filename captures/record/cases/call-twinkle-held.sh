# shellcheck shell=bash disable=SC2034,SC2016
stacks="twinkle 1.10 (caller, callee), Kamailio 5.6 (registrar, proxy)"
happened="Two soft phones register and talk; first the caller, then the callee puts the other on hold and takes the call back. A text message follows, and both unregister."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    registrar_start proxy
    capture
    twinkle_run callee bob 10.77.0.2 +7 answer +8 hold +2 retrieve +8 quit &
    twinkle_run caller alice 10.77.0.2 +4 "call sip:bob@10.77.0.2" +6 hold +2 retrieve +1 "dtmf 12" \
        +6 bye +2 "message sip:bob@10.77.0.2 hello" +2 quit
    sleep 5
}
