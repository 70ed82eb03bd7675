"""Debian's Chromium, driven over the WebDriver protocol on loopback: opens a file, does what a person does, tells what went wrong."""

import json
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from processes import free_port

KEYS = {"down": "\ue015", "up": "\ue013", "left": "\ue012", "right": "\ue014", "end": "\ue010", "home": "\ue011", "page down": "\ue00f",
        "tab": "\ue004", "enter": "\ue007", "space": " "}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # W3C WebDriver, section 11.


class Browser:
    """Ends with stop(); nothing of it is left behind."""

    def __init__(self, width=1400, height=1000):
        self.profile = tempfile.TemporaryDirectory(prefix="ucready-browser-")
        self.port = free_port()
        self.driver = subprocess.Popen(["chromedriver", f"--port={self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync", f"--user-data-dir={self.profile.name}", f"--window-size={width},{height}"]
        capabilities = {"alwaysMatch": {"goog:chromeOptions": {"args": flags}, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}
        try:
            self.session = ""
            self.wait_for_driver()
            self.session = f"/session/{self.ask('POST', '/session', {'capabilities': capabilities})['sessionId']}"
            self.ask("POST", f"{self.session}/url", {"url": "about:blank"})
            self.complaints(), self.requests()  # Of the page that a new window shows.
        except BaseException:
            self.stop()
            raise

    def wait_for_driver(self):
        until = time.monotonic() + 30
        while True:
            try:
                return self.ask("GET", "/status")
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > until or self.driver.poll() is not None:
                    raise
                time.sleep(0.05)

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as trouble:
            raise AssertionError(json.load(trouble)["value"]["message"]) from None

    def stop(self):
        try:
            if self.session:
                self.ask("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait(timeout=30)
            self.profile.cleanup()

    def open(self, path):
        self.ask("POST", f"{self.session}/url", {"url": f"file://{path}"})

    def run(self, script, *values):
        return self.ask("POST", f"{self.session}/execute/sync", {"script": script, "args": list(values)})

    def find(self, selector):
        found = self.ask("POST", f"{self.session}/element", {"using": "css selector", "value": selector})
        return found[ELEMENT]

    def click(self, selector):
        self.ask("POST", f"{self.session}/element/{self.find(selector)}/click", {})

    def type(self, selector, *keys):
        text = "".join(KEYS.get(key, key) for key in keys)
        self.ask("POST", f"{self.session}/element/{self.find(selector)}/value", {"text": text})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def screenshot(self, path):
        import base64
        path.write_bytes(base64.b64decode(self.ask("GET", f"{self.session}/screenshot")))

    def complaints(self):
        """What the console holds since the last call."""
        return [entry["message"] for entry in self.ask("POST", f"{self.session}/se/log", {"type": "browser"})]

    def requests(self):
        """Every address that was asked for since the last call, whether it was answered or not."""
        entries = [json.loads(entry["message"])["message"] for entry in self.ask("POST", f"{self.session}/se/log", {"type": "performance"})]
        return [entry["params"]["request"]["url"] for entry in entries if entry["method"] == "Network.requestWillBeSent"]
