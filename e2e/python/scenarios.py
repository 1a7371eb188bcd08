"""What users do with the published client, unmodified. Prints one JSON line for each guarantee.

Usage: scenarios.py BASE_URL API_KEY EMAIL
"""

import json
import os
import sys
import tempfile
import time
import traceback
import uuid

import requests
from instavm import (
    AuthenticationError,
    ExecutionError,
    InstaVM,
    InstaVMError,
    NetworkError,
    RateLimitError,
    SessionError,
)

BASE_URL, API_KEY, EMAIL = sys.argv[1:4]
SCENARIOS = []


def guarantee(name):
    def add(function):
        SCENARIOS.append((name, function))
        return function

    return add


def raises(kind, function, *args, **options):
    try:
        function(*args, **options)
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} was raised")


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"got {actual!r}, expected {expected!r}")


def new_client(key=API_KEY, **options):
    return InstaVM(key, base_url=BASE_URL, **options)


def sessionless(key=API_KEY):
    return new_client(key, auto_start_session=False)


@guarantee("the constructor starts a session whose id is a UUID and whose machine is alive")
def constructor(client):
    equal(str(uuid.UUID(client.session_id)), client.session_id)
    status = client.get_session_status()
    equal([status[name] for name in ("exists", "vm_assigned", "vm_alive", "vm_status")], [True, True, True, "active"])
    equal(client.is_session_active(), True)
    info = client.get_session_info()
    equal((info["session_id"], info["vm_id"]), (client.session_id, status["vm_id"]))


@guarantee("a machine is a Linux of its own, not this one")
def own_kernel(client):
    result = client.execute("uname -s; cat /proc/sys/kernel/random/boot_id; hostname", language="bash")
    system, boot_id, hostname = result["stdout"].split()
    equal(system, "Linux")
    with open("/proc/sys/kernel/random/boot_id") as file:
        if file.read().strip() == boot_id:
            raise AssertionError("the code ran on the host's kernel")
    if hostname == os.uname().nodename:
        raise AssertionError("the code ran under the host's name")


@guarantee("Python keeps its variables from one call to the next")
def state(client):
    client.execute("import math\nradius = 2")
    result = client.execute("print(round(math.pi * radius ** 2, 3))")
    equal((result["stdout"], result["stderr"], result["exit_code"]), ("12.566\n", "", 0))
    equal(result["output"], result["stdout"])
    for name in ("execution_time", "cpu_time"):
        if not isinstance(result[name], (int, float)):
            raise AssertionError(f"{name} is {result[name]!r}")


@guarantee("bash runs in /app with both streams apart and its own exit code")
def bash(client):
    result = client.execute("pwd; echo broken >&2; exit 3", language="bash")
    equal((result["stdout"], result["stderr"], result["exit_code"]), ("/app\n", "broken\n", 3))


@guarantee("a failing Python program is a result, with its traceback on stderr")
def failing(client):
    result = client.execute("print('before')\n1/0")
    equal((result["stdout"], result["exit_code"]), ("before\n", 1))
    if "ZeroDivisionError" not in result["stderr"]:
        raise AssertionError(result["stderr"])


@guarantee("lines with an exclamation mark run in the shell between Python lines")
def shell_lines(client):
    result = client.execute("name = 'world'\n!echo from the shell\nprint('hello', name)")
    equal(result["stdout"], "from the shell\nhello world\n")


@guarantee("an endless loop ends at its time-out and the session goes on with its variables")
def endless(client):
    client.execute("kept = 41")
    began = time.monotonic()
    result = client.execute("while True: pass", timeout=3)
    took = time.monotonic() - began
    equal(result["exit_code"], 124)
    if took > 3 or not result["stderr"]:
        raise AssertionError(f"{took:.1f} s, stderr {result['stderr']!r}")
    equal(client.execute("print(kept + 1)")["stdout"], "42\n")


@guarantee("two megabytes of output and a 90 kB program arrive whole")
def large(client):
    result = client.execute("print('x' * 2_000_000, end='')")
    equal(len(result["stdout"]), 2_000_000)
    program = "total = 0\n" + "total += 1  # padding\n" * 4_000 + "print(total)"
    equal(client.execute(program)["stdout"], "4000\n")


@guarantee("an asynchronous execution is found again with its result")
def asynchronous(client):
    task = client.execute_async("import time\ntime.sleep(0.5)\nprint('done')")
    result = client.get_task_result(task["task_id"], poll_interval=0.2, timeout=30)
    equal((result["stdout"], result["stderr"]), ("done\n", ""))


@guarantee("a text, a binary and an empty file come back as they were sent")
def files(client):
    contents = {"text.txt": "grün\n".encode(), "binary.dat": bytes(range(256)) * 4096, "empty": b""}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in contents.items():
            local = os.path.join(folder, name)
            with open(local, "wb") as file:
                file.write(content)
            client.upload_file(local, f"/app/{name}")
            answer = client.download_file(f"/app/{name}")
            equal((answer["size"], answer["content"].strip() if not content else answer["content"]), (len(content), content))
            client.download_file(name, local + ".back")
            with open(local + ".back", "rb") as file:
                equal(file.read(), content)
    equal(client.execute("print(open('text.txt').read(), end='')")["stdout"], "grün\n")


@guarantee("missing folders are made only when asked for, and a missing file is an error")
def folders(client):
    with tempfile.NamedTemporaryFile() as local:
        local.write(b"deep")
        local.flush()
        raises(InstaVMError, client.upload_file, local.name, "/app/a/b/deep.txt")
        client.upload_file(local.name, "/app/a/b/deep.txt", recursive=True)
    equal(client.download_file("/app/a/b/deep.txt")["content"], b"deep")
    raises(InstaVMError, client.download_file, "/app/none.txt")


@guarantee("env reaches both languages and metadata is kept")
def environment(_):
    client = new_client(env={"GREETING": "hi there"}, metadata={"job": "7"})
    try:
        equal(client.execute("import os; print(os.environ['GREETING'])")["stdout"], "hi there\n")
        equal(client.execute('echo "$GREETING"', language="bash")["stdout"], "hi there\n")
        equal(client.get_session_info()["metadata"], {"job": "7"})
    finally:
        client.kill()


@guarantee("a machine is created, listed, read, used by its session and deleted, and its record stays")
def machines(_):
    client = sessionless()
    vm = client.vms.create(metadata={"purpose": "test"}, vm_lifetime_seconds=120)
    vm_id = vm["vm_id"]
    if not vm_id.startswith("vm_"):
        raise AssertionError(vm_id)
    equal((vm["status"], vm["metadata"]), ("active", {"purpose": "test"}))
    equal(vm_id in [one["vm_id"] for one in client.vms.list()], True)
    equal(client.vms.get(vm_id)["session_id"], vm["session_id"])
    client.session_id = vm["session_id"]
    equal(client.execute("print(6 * 7)")["stdout"], "42\n")
    equal(client.vms.delete(vm_id)["vm_id"], vm_id)
    equal(vm_id in [one["vm_id"] for one in client.vms.list()], False)
    ended = [one for one in client.vms.list_all_records() if one["vm_id"] == vm_id]
    equal([one["status"] for one in ended], ["terminated"])
    equal(client.is_session_active(), False)


@guarantee("an unknown machine is a 404")
def unknown_machine(_):
    error = raises(requests.exceptions.HTTPError, sessionless().vms.get, "vm_0000000000000000")
    equal(error.response.status_code, 404)


@guarantee("an API key is created, listed, changed, used and deleted, and a deleted one opens nothing")
def api_keys(_):
    client = sessionless()
    created = client.api_keys.create(description="from the client")
    key_id, full_key = created["id"], created["full_key"]
    listed = [one for one in client.api_keys.list() if one["id"] == key_id]
    equal([one["description"] for one in listed], ["from the client"])
    equal("full_key" in listed[0], False)
    equal(client.api_keys.update(key_id, description="changed")["description"], "changed")
    equal(client.api_keys.get(key_id)["description"], "changed")
    other = sessionless(full_key)
    equal(other.get_current_user()["email"], EMAIL)
    equal(client.api_keys.get(key_id)["last_used"] is not None, True)
    equal(client.api_keys.delete(key_id)["status"], "revoked")
    raises(AuthenticationError, other.get_current_user)
    equal(key_id in [one["id"] for one in client.api_keys.list()], False)


@guarantee("the current user is the owner of the key")
def current_user(_):
    user = sessionless().get_current_user()
    equal(user["email"], EMAIL)
    if not isinstance(user["id"], int):
        raise AssertionError(user)


@guarantee("an SSH key is added with its fingerprint, listed and deleted")
def ssh_keys(_):
    client = sessionless()
    public = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJE1yzJGZ0dBLzKIFlIdmHOLkG7hcrGdQLKmvZ6Z1x3p laptop"
    added = client.add_ssh_key(public)
    equal((added["fingerprint"][:7], added["comment"]), ("SHA256:", "laptop"))
    equal([one["id"] for one in client.list_ssh_keys()], [added["id"]])
    client.delete_ssh_key(added["id"])
    equal(client.list_ssh_keys(), [])


@guarantee("a wrong key is an AuthenticationError everywhere")
def wrong_key(_):
    for wrong in ("nonsense", API_KEY[:-1], API_KEY[:20] + API_KEY[20:].swapcase()):
        raises(AuthenticationError, new_client, wrong)
        client = sessionless(wrong)
        for call in (client.get_current_user, client.vms.list, client.api_keys.list, client.list_ssh_keys):
            raises(AuthenticationError, call)


@guarantee("an operation that is not built refuses a wrong key before it says so")
def unbuilt(_):
    raises(AuthenticationError, sessionless("nonsense").snapshots.list)
    error = raises(NetworkError, sessionless().snapshots.list)
    if "501" not in str(error):
        raise AssertionError(str(error))

@guarantee("live sessions are listed by their metadata, and a session tells what it has used")
def sandboxes(_):
    client = new_client(metadata={"team": "blue", "run": "7"})
    try:
        client.execute("print(sum(range(100000)))")
        listed = client.list_sandboxes(metadata={"team": "blue"})
        equal([one["session_id"] for one in listed], [client.session_id])
        equal(client.list_sandboxes(metadata={"team": "red"}), [])
        equal(len(client.list_sandboxes(limit=1)), 1)
        usage = client.get_usage()
        equal((usage["session_id"], usage["executions"]), (client.session_id, 1))
        if not usage["vm_seconds"] > 0:
            raise AssertionError(usage)
    finally:
        client.kill()
    equal(client.list_sandboxes(metadata={"team": "blue"}), [])


@guarantee("credits have numbers everywhere, and what a running machine uses is among them at once")
def credits(with_session):
    client = sessionless()
    allocation = client.credits.allocation()
    for kind in ("dollars", "browser_automation"):
        for field in ("allocated", "used", "remaining"):
            number(allocation[kind][field])
    usage = client.credits.usage(period="current_month", usage_type="vm_execution", limit=100)
    running = with_session.get_session_info()["vm_id"]
    equal(running in [one["resource_id"] for one in usage], True)
    for period in ("current_month", "last_30_days", "all"):
        summary = client.credits.summary(period=period)
        equal(summary["period"], period)
        number(summary["dollars"]["overage"])
    check = client.credits.check(usage_type="vm_execution", required_credits=1)
    equal((check["available"], check["required_credits"], check["shortage"]), (True, 1, 0))
    rates = client.credits.rates()
    number(rates["vm_execution"]["cpu_rate_per_second_per_core"])
    number(rates["browser_automation"]["minimum_charge"])
    equal(len(client.credits.usage_trends(period="7d", granularity="daily")["series"]), 7)
    number(client.credits.usage_forecast()["forecast"])


@guarantee("usage by day covers every day, and today has what runs")
def usage_by_day(_):
    usage = sessionless().get_usage_breakdown(days=7)
    equal((usage["total_days"], len(usage["daily_breakdown"])), (7, 7))
    if not usage["daily_breakdown"][-1]["cpu_hours"] > 0:
        raise AssertionError(usage)
    number(usage["totals"]["cost_dollars"])


@guarantee("a key that exceeds its limit is a RateLimitError in the published words")
def rate_limit(_):
    made = sessionless().api_keys.create(rate_limit="2/3600s,burst=2")
    client = sessionless(made["full_key"])
    client.get_current_user()
    client.get_current_user()
    equal(str(raises(RateLimitError, client.get_current_user)), "Rate limit exceeded")
    sessionless().api_keys.update(made["id"], rate_limit="off")
    client.get_current_user()


@guarantee("a killed session is over, and killing it again is no error")
def killed(_):
    client = new_client()
    session_id = client.session_id
    client.execute("x = 1")
    client.kill()
    client.kill(session_id)
    client.session_id = session_id
    equal(client.is_session_active(), False)
    raises(ExecutionError, client.execute, "print(x)")
    raises(SessionError, client.kill, str(uuid.uuid4()))


def number(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise AssertionError(f"{value!r} is no number")


def main():
    with_session = new_client()
    try:
        for name, function in SCENARIOS:
            problem = None
            try:
                function(with_session)
            except BaseException:
                problem = traceback.format_exc()
            print(json.dumps({"name": name, "problem": problem}), flush=True)
    finally:
        with_session.kill()


main()
