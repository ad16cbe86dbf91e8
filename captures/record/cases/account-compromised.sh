# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (clients), Kamailio 5.6 (registrar)"
happened="A host has the wrong password for alice refused 25 times within two seconds, from one socket, and then registers as alice with the right one. Bob's phone mistypes twice before it registers."
say="The host guessed passwords, and found alice's. Bob's phone did not."
healthy=false
record() {
    local wrong
    host guesser 10.77.0.66
    host phone 10.77.0.10
    host proxy 10.77.0.2
    kamailio_start proxy 'TARGET="10.77.0.20"' 'PASSWORD="secret"' 'PEER="10.77.0.20"' </dev/null
    wrong=$(scenario guesser uac-register.xml RURI=sip:10.77.0.2 TO=sip:alice@10.77.0.2 USER=alice PASSWORD=1234)
    capture
    for password in secrte Secret secret; do
        CALL_ID="%u-%p-$password@%s" sipp_client phone 10.77.0.2 uac-register.xml RURI=sip:10.77.0.2 TO=sip:bob@10.77.0.2 \
            USER=bob "PASSWORD=$password" "FROM_TAG=bob-$password"
    done
    sipp_run guesser -sf "$wrong" -p 5060 -r 20 -m 25 -timeout 20s 10.77.0.2 || true
    sipp_client guesser 10.77.0.2 uac-register.xml RURI=sip:10.77.0.2 TO=sip:alice@10.77.0.2 USER=alice PASSWORD=secret
}
expect() {
    expect_rule password-guessing warning confirmed 10.77.0.66
    expect_rule account-compromised error confirmed 10.77.0.66 '*.66>*.2:REGISTER#-1' '*.2>*.66:200/REGISTER'
    for _ in {1..27}; do expect_rule credentials-rejected error confirmed -; done
}
