# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client in the place of a scanner), SIPp 3.6 (server)"
happened="OPTIONS that call themselves friendly-scanner, as SIPVicious does, and OPTIONS of monitoring."
say="The first host scans; the second does not."
healthy=false
record() {
    host scanner 10.77.0.66
    host watch 10.77.0.10
    host proxy 10.77.0.2
    sipp_server proxy uas-request.xml METHOD=OPTIONS
    capture
    sipp_client watch 10.77.0.2 uac-request.xml METHOD=OPTIONS RURI=sip:ping@10.77.0.2 TO=sip:ping@10.77.0.2
    sipp_client scanner 10.77.0.2 uac-request.xml METHOD=OPTIONS AGENT=friendly-scanner RURI=sip:100@10.77.0.2 TO=sip:100@10.77.0.2
}
expect() {
    expect_rule scanner warning confirmed 10.77.0.66 '*.66>*.2:OPTIONS'
}
