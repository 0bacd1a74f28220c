*** Settings ***
Documentation    Ten tests, of which one fails, that reach Robot Framework's own libraries.
Library          Collections
Library          OperatingSystem
Library          String
Suite Setup      Set Suite Variable    ${COUNT}    ${0}
Test Setup       Count

*** Variables ***
@{LETTERS}       a    b    c
&{AGES}          Ada=36    Guido=52

*** Keywords ***
Count
    ${next}=    Evaluate    ${COUNT} + 1
    Set Suite Variable    ${COUNT}    ${next}

Greet
    [Arguments]    ${name}    ${word}=Hello    @{others}
    ${text}=    Catenate    ${word}    ${name}    @{others}
    [Return]    ${text}

Sum Should Be
    [Arguments]    ${a}    ${b}    ${expected}
    ${sum}=    Evaluate    ${a} + ${b}
    Should Be Equal As Integers    ${sum}    ${expected}

*** Test Cases ***
Keyword With Defaults
    ${text}=    Greet    World
    Should Be Equal    ${text}    Hello World

Keyword With More Arguments
    ${text}=    Greet    World    Good day    and    all
    Should Be Equal    ${text}    Good day World and all

Loop
    FOR    ${each}    IN    @{LETTERS}
        Should Match Regexp    ${each}    ^[a-c]$
    END
    Length Should Be    ${LETTERS}    3

Strings
    ${upper}=    Convert To Uppercase    abc
    Should Be Equal    ${upper}    ABC
    ${parts}=    Split String    a,b,c    ,
    Lists Should Be Equal    ${parts}    ${LETTERS}

Dictionaries
    Dictionary Should Contain Key    ${AGES}    Ada
    ${keys}=    Get Dictionary Keys    ${AGES}
    Log Many    @{keys}

Files
    Create File    ${TEMPDIR}/marshalimage-robot.txt    one\ntwo\n
    ${lines}=    Get File    ${TEMPDIR}/marshalimage-robot.txt
    ${count}=    Get Line Count    ${lines}
    Should Be Equal As Integers    ${count}    2
    [Teardown]    Remove File    ${TEMPDIR}/marshalimage-robot.txt

Templated
    [Template]    Sum Should Be
    1    2    3
    40    2    42

Expected Error
    Run Keyword And Expect Error    1 != 2    Should Be Equal    1    2
    ${status}    ${message}=    Run Keyword And Ignore Error    Fail    no
    Should Be Equal    ${status}: ${message}    FAIL: no

Fails
    [Documentation]    So that a failure is reported.
    [Tags]    failing
    Lists Should Be Equal    ${LETTERS}    ${{['a', 'b', 'd']}}

Counted
    Should Be Equal As Integers    ${COUNT}    10
