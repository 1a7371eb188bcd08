"""The published client over https, unmodified. Prints what it found as one JSON line.

Usage: https.py BASE_URL API_KEY
"""

import json
import sys

from instavm import AuthenticationError, InstaVM, NetworkError

BASE_URL, API_KEY = sys.argv[1:3]


def outcome(key):
    try:
        client = InstaVM(key, base_url=BASE_URL)
        alive = client.get_session_status()["vm_alive"]
        vms = client.vms.list()
        client.kill()
        return {"alive": alive, "machines": len(vms)}
    except AuthenticationError as error:
        return {"error": "AuthenticationError", "text": str(error)}
    except NetworkError as error:
        return {"error": "NetworkError", "text": str(error)}
    except Exception as error:  # what a user would see
        return {"error": type(error).__name__, "text": str(error)}


print(json.dumps({"good": outcome(API_KEY), "wrong": outcome(API_KEY[:-1])}))
