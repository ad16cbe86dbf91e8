# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (both hosts)"
happened="One host asks another by OPTIONS every two seconds; after three answers a packet filter at the other drops them in silence. A third answers all the time."
say="The other host used to answer and does no more; the third is alive."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host third 10.77.0.40
    sipp_server callee uas-request.xml METHOD=OPTIONS
    sipp_server third uas-request.xml METHOD=OPTIONS
    capture
    sipp_run caller -sf "$(scenario caller options.xml)" -p 5091 -r 1 -rp 2000 -l 100 -m 1000 -timeout 300s 10.77.0.20 &
    sipp_run caller -sf "$(scenario caller options.xml)" -p 5092 -r 1 -rp 4000 -m 1000 -timeout 300s 10.77.0.40 &
    sleep 6.5
    swallow callee udp dport 5060
    sleep 40
}
expect() {
    expect_rule keepalive-dead warning confirmed 10.77.0.20 '*.20>*.10:200/OPTIONS#-1'
}
