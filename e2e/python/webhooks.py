"""Webhooks as the published client knows them: its calls, its CLI and its verifier on real deliveries, unmodified.

Prints one JSON line for each guarantee. Usage: webhooks.py BASE_URL API_KEY
"""

import json
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from instavm import InstaVM
from instavm.webhooks import WebhookVerificationError, verify

BASE_URL, API_KEY = sys.argv[1:3]
RECEIVED = []
ANSWERS = {"status": 200}


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        RECEIVED.append((self.path, dict(self.headers), body))
        answer = json.dumps({"challenge": json.loads(body).get("challenge")}).encode()
        self.send_response(ANSWERS["status"])
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"got {actual!r}, expected {expected!r}")


def until(what, found, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = found()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"still waiting for {what}")


def arrived(event_type, count=1, path="/in"):
    def found():
        fitting = [r for r in RECEIVED if r[0] == path and json.loads(r[2])["event_type"] == event_type]
        return fitting if len(fitting) >= count else None

    return until(event_type, found)


receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
HOOK = f"http://127.0.0.1:{receiver.server_address[1]}/in"
client = InstaVM(API_KEY, base_url=BASE_URL, auto_start_session=False)
endpoint = {}


def makes_an_endpoint():
    made = client.webhooks.create_endpoint(HOOK, description="e2e", event_patterns=["vm.*", "api_key.created"])
    endpoint.update(made)
    equal((made["url"], made["status"], made["description"]), (HOOK, "enabled", "e2e"))
    equal(made["event_patterns"], ["vm.*", "api_key.created"])
    equal((made["secret"][:6], len(made["secret"])), ("whsec_", 44))
    equal(made["secret"].startswith(made["secret_hint"].rstrip("…")), True)
    equal([e["id"] for e in client.webhooks.list_endpoints()], [made["id"]])
    shown = client.webhooks.get_endpoint(made["id"])
    equal(("secret" in shown, shown["secret_hint"]), (False, made["secret_hint"]))


def every_delivery_passes_the_verifier():
    vm = client.vms.create()
    client.vms.delete(vm["vm_id"])
    for event_type in ("vm.created", "vm.terminated"):
        [(_, headers, body)] = arrived(event_type)
        event = verify(headers, body, secret=endpoint["secret"])
        equal((event["event_type"], event["vm_id"]), (event_type, vm["vm_id"]))
        equal(headers["InstaVM-Event-Id"], event["id"])
    for secret, changed in ((endpoint["secret"][:-1] + "!", body), (endpoint["secret"], body + b" ")):
        try:
            verify(headers, changed, secret=secret)
        except WebhookVerificationError as error:
            equal(error.reason, "invalid_signature")
        else:
            raise AssertionError("the verifier took what was not signed")


def test_and_verification():
    client.webhooks.send_test_event(endpoint["id"])
    [(_, headers, body)] = arrived("webhook.test")
    equal(verify(headers, body, secret=endpoint["secret"])["event_type"], "webhook.test")
    equal(client.webhooks.get_endpoint(endpoint["id"])["last_verified_at"], None)
    answer = client.webhooks.verify_endpoint(endpoint["id"])
    equal((answer["verified"], answer["status"]), (True, "enabled"))
    [(_, headers, body)] = arrived("webhook.verification")
    verify(headers, body, secret=endpoint["secret"])


def deliveries_and_replay():
    until("all deliveries", lambda: len(client.webhooks.list_deliveries(status="succeeded")["items"]) >= 3)
    page = client.webhooks.list_deliveries(endpoint_id=endpoint["id"], limit=1)
    equal((len(page["items"]), page["items"][0]["attempt_count"]), (1, 1))
    rest = client.webhooks.list_deliveries(endpoint_id=endpoint["id"], cursor=page["next_cursor"])
    equal(page["items"][0]["id"] in [item["id"] for item in rest["items"]], False)
    [created] = client.webhooks.list_deliveries(event_type="vm.created")["items"]
    replayed = client.webhooks.replay_delivery(created["id"])
    equal((replayed["replay_of"], replayed["event_id"]), (created["id"], created["event_id"]))
    first, second = arrived("vm.created", 2)
    equal(first[2], second[2])
    verify(second[1], second[2], secret=endpoint["secret"])


def a_failure_comes_again():
    ANSWERS["status"] = 503
    client.api_keys.create()
    [(_, first, body)] = arrived("api_key.created")
    ANSWERS["status"] = 200
    started = time.monotonic()
    second = arrived("api_key.created", 2)[1]
    equal(time.monotonic() - started < 10, True)
    equal((second[2], second[1]["InstaVM-Delivery-Id"]), (body, first["InstaVM-Delivery-Id"]))
    verify(second[1], second[2], secret=endpoint["secret"])


def change_rotation_and_end():
    old = endpoint["secret"]
    endpoint["secret"] = client.webhooks.rotate_secret(endpoint["id"])["secret"]
    changed = client.webhooks.update_endpoint(endpoint["id"], url=HOOK.replace("/in", "/moved"), timeout_seconds=3)
    equal((changed["url"][-6:], changed["timeout_seconds"]), ("/moved", 3))
    client.webhooks.send_test_event(endpoint["id"])
    [(_, headers, body)] = arrived("webhook.test", path="/moved")
    verify(headers, body, secret=endpoint["secret"])
    try:
        verify(headers, body, secret=old)
    except WebhookVerificationError as error:
        equal(error.reason, "invalid_signature")
    else:
        raise AssertionError("the old secret still signs")
    equal(client.webhooks.delete_endpoint(endpoint["id"])["status"], "deleted")
    equal(client.webhooks.list_endpoints(), [])


SCENARIOS = [
    ("an endpoint is made, listed and shown, its secret once", makes_an_endpoint),
    ("every delivery passes the published verifier, and nothing else does", every_delivery_passes_the_verifier),
    ("a test event and the challenge of a verification arrive signed", test_and_verification),
    ("deliveries are listed by pages, and a replay sends the same bytes again", deliveries_and_replay),
    ("a delivery that failed comes again within ten seconds, signed anew", a_failure_comes_again),
    ("a change, a rotation and a deletion count at once", change_rotation_and_end),
]
for name, scenario in SCENARIOS:
    try:
        scenario()
        problem = None
    except Exception:
        problem = traceback.format_exc()
    print(json.dumps({"name": name, "problem": problem}), flush=True)
