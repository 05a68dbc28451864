"""Templates, as text/template and docker/cli's own functions fill them in: outcomes and words of a real docker."""

import pytest

from pynetlab.errors import ClientError, SpecError
from pynetlab.gotext import Nil, Struct, parse, render

WEB = {
    "Name": "/web",
    "Nothing": None,
    "State": {"Running": True, "ExitCode": 0},
    "Config": {"Labels": {"k": "v", "a": "b"}, "Cmd": ["sleep", "1000"]},
    "NetworkSettings": {
        "Networks": {"front": {"IPAddress": "10.5.0.2"}, "back": {"IPAddress": "172.18.0.2"}},
        "Ports": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]},
    },
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.Name}}", "/web"),
        ("{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", "172.18.0.2 10.5.0.2 "),
        ("{{range $name, $at := .NetworkSettings.Networks}}{{$name}}={{$at.IPAddress}};{{end}}", "back=172.18.0.2;front=10.5.0.2;"),
        ("{{range $at := .Config.Cmd}}{{$at}},{{end}}", "sleep,1000,"),
        ("{{range $i, $at := .Config.Cmd}}{{$i}}{{$at}} {{end}}", "0sleep 11000 "),
        ("{{range .Nothing}}x{{else}}none{{end}}", "none"),
        ('{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}', "8080"),
        ('{{with index .NetworkSettings.Ports "80/tcp"}}{{(index . 0).HostPort}}{{end}}', "8080"),
        ('{{println .Name}}{{index .Config.Labels "k"}}', "/web\nv"),
        ("{{json .Config}}", '{"Cmd":["sleep","1000"],"Labels":{"a":"b","k":"v"}}'),
        ("{{.Config.Labels}} {{.Config.Cmd}} {{.State.Running}}", "map[a:b k:v] [sleep 1000] true"),
        ('{{if eq .Name "/web"}}a{{else}}b{{end}}', "a"),
        ("{{if .State.ExitCode}}a{{else if .State.Running}}b{{else}}c{{end}}", "b"),
        ("{{if and .State.Running (not .State.ExitCode)}}a{{end}}", "a"),
        ("a {{- .Name -}} b", "a/webb"),
        ("{{/* said to nobody */}}{{with .Nothing}}a{{else}}b{{end}}", "b"),
        ('{{$name := .Name}}{{range .Config.Cmd}}{{$name}}{{end}}{{$.Name | upper | printf "%-6s|"}}', "/web/web/WEB  |"),
        ('{{join .Config.Cmd " "}} {{len .Config.Cmd}} {{join (split "a-b" "-") "+"}}', "sleep 1000 2 a+b"),
        ("{{printf `%q %d %v` .Name 5 .State.Running}}", '"/web" 5 true'),
        ("{{.Nothing}}", "<no value>"),
        ("{{slice .Name 1}} {{truncate .Name 3}} {{pad .Name 1 1}}|{{title `a bc`}}", "web /we  /web |A Bc"),
    ],
)
def test_what_a_template_makes(template, text):
    assert render(parse(template), WEB) == text


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{", "template parsing error: template: :1: unclosed action"),
        ("a\n{{frob .Name}}", 'template parsing error: template: :2: function "frob" not defined'),
        ("{{if .Name}}", "template parsing error: template: :1: unexpected EOF"),
        ("{{end}}", "template parsing error: template: :1: unexpected {{end}}"),
        ("{{}}", "template parsing error: template: :1: missing value for command"),
        ("{{(len .Name}}", "template parsing error: template: :1: unclosed left paren"),
        (
            '{{define "x"}}{{end}}',
            "template parsing error: template: :1: {{define}} is not modelled; there are if, range, with, else and end",
        ),
    ],
)
def test_what_is_no_template(template, words):
    with pytest.raises(SpecError) as refused:
        parse(template)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (
            "{{.State.Running}} {{.State.Running | len}}",
            'template: :1:38: executing "" at <len>: error calling len: len of type bool',
        ),
        ("{{.nosuch}}", 'template: :1:2: executing "" at <.nosuch>: map has no entry for key "nosuch"'),
        (
            "{{.NetworkSettings.IPAddress}}",
            'template: :1:18: executing "" at <.NetworkSettings.IPAddress>: map has no entry for key "IPAddress"',
        ),
        ("{{.Name.x}}", """template: :1:7: executing "" at <.Name.x>: can't evaluate field x in type string"""),
        ("{{range .Name}}{{end}}", """template: :1:8: executing "" at <.Name>: range can't iterate over /web"""),
        (
            "{{index .Config.Cmd 5}}",
            'template: :1:2: executing "" at <index .Config.Cmd 5>: error calling index: index out of range: 5',
        ),
    ],
)
def test_what_fails_is_told_with_its_place(template, words):
    with pytest.raises(ClientError) as failed:
        render(parse(template), WEB)
    assert str(failed.value) == words


def test_a_struct_keeps_its_order_has_methods_and_prints_as_go_does():
    row = Struct({"ID": "1", "Aliases": Nil("[]"), "Label": lambda name: f"<{name}>"}, {"ID": "Id"}, "*x.Row")
    assert render(parse('{{.ID}} {{.Aliases}} {{.Label "k"}} {{json .}}'), row) == '1 [] <k> {"Id":"1","Aliases":null}'
    with pytest.raises(ClientError, match=r"can't evaluate field Nosuch in type \*x.Row"):
        render(parse("{{.Nosuch}}"), row)
