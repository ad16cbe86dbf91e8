# shellcheck shell=bash disable=SC2034,SC2016
slow=true
stacks="SIPp 3.6 (clients, server)"
happened="For some 50 s a host asks a server every four seconds whether it is alive, then 200 times within four seconds. Another host asks every four seconds all the time."
say="The first host floods the server, compared with what it did before. The second does not."
healthy=false
record() {
    host flooder 10.77.0.66
    host watch 10.77.0.10
    host server 10.77.0.2
    sipp_server server uas-request.xml METHOD=OPTIONS
    capture
    pings flooder 10.77.0.2
    pings watch 10.77.0.2
    sleep 51
    sipp_run flooder -sf "$(scenario flooder options.xml)" -p 5060 -r 60 -m 200 -timeout 20s 10.77.0.2 || true
}
expect() {
    expect_rule request-flood warning confirmed 10.77.0.66
}
