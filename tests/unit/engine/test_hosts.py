"""What a container finds in /etc/hosts."""

from pynetlab.engine.hosts import hosts, own_names


def test_every_container_knows_itself_and_the_old_names_of_ipv6():
    lines = hosts("::", [("172.17.0.2", "web")]).splitlines()
    assert lines[0] == "127.0.0.1\tlocalhost"
    assert lines[2:4] == ["fe00::\tip6-localnet", "ff00::\tip6-mcastprefix"]
    assert lines[6:] == ["172.17.0.2\tweb"]
    assert hosts("::0", []).splitlines()[2] == "fe00::0\tip6-localnet"


def test_a_name_with_a_domain_stands_with_it_and_without():
    assert own_names("web", "") == "web"
    assert own_names("web", "example.org") == "web.example.org web"
    assert own_names("web.example.org", "") == "web.example.org web"
    assert own_names("web.one", "example.org") == "web.one.example.org web"
