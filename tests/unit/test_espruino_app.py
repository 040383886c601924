"""The app text of firmware_notes/espruino.md, run by Node.js against fakes of the devices."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ingest.drivers.espruino import ESPRUINO, NOTIFY_UUID, EspruinoParser

PAGE = (Path(__file__).parents[2] / "firmware_notes" / "espruino.md").read_text()
FAKES = """
var now = 100, handlers = {}, log = [];
function getTime() { return now; }
var Bluetooth = { println: function (s) { process.stdout.write(s + "\\r\\n"); } };
function device(name) {
  global[name] = {
    on: function (e, f) { handlers[e] = f; },
    removeListener: function (e, f) { if (handlers[e] === f) delete handlers[e]; },
    accelOn: function (hz) { log.push(hz); }, accelOff: function () {},
    accelWr: function () {}, setPollInterval: function (ms) { log.push(ms); },
    setOptions: function () {} };
}
global.NRF = { on: function (e, f) { handlers[e] = f; } };
"""


def lines_of(scene: str) -> bytes:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on this machine: the app of firmware_notes/espruino.md is not run")
    (app,) = re.findall(r"```js\n(.*?)```", PAGE, re.DOTALL)
    script = FAKES + scene.replace("APP", app)
    return subprocess.run([node, "-e", script], check=True, capture_output=True).stdout


def test_a_puck_prints_lines_that_the_driver_reads():
    out = lines_of(
        'device("Puck"); APP; SIT.start(25);'
        "for (var i = 0; i < 12; i++) {"
        "  now += 0.04; handlers.accel({ acc: { x: i, y: -i, z: 8192 } }); }"
        "handlers.disconnect(); process.stdout.write(String(!handlers.accel) + log.join());"
    )
    parser = EspruinoParser()
    first, second = parser.parse(NOTIFY_UUID, out)
    assert (first.sequence, second.sequence) == (0, 5)
    assert (first.device_ns, second.device_ns) == (200_000_000, 400_000_000)
    assert second.lsb_per_g == 8192
    assert second.samples.tolist() == [[i, -i, 8192] for i in range(5, 10)]
    assert not parser.refusals
    assert out.endswith(b"true26")


def test_a_bangle_at_8_g_counts_4096_to_1_g_and_is_cut_at_16_bits():
    out = lines_of(
        'device("Bangle"); APP; SIT.start(50);'
        "for (var i = 0; i < 5; i++) handlers.accel({ x: 0.5, y: -4, z: 9 });"
    )
    (batch,) = EspruinoParser().parse(NOTIFY_UUID, out)
    assert batch.lsb_per_g == 4096
    assert batch.samples.tolist() == [[4096, -32768, 32767]] * 5  # 0.5 there is 1 g


def test_the_start_is_what_the_page_says():
    (write,) = ESPRUINO.start(25)
    assert repr(write.payload)[2:-1] in PAGE.replace("`", "")


def test_the_line_of_the_page_is_right():
    (line,) = re.findall(r"By hand: `(\$S.*?)`", PAGE)
    (batch,) = EspruinoParser().parse(NOTIFY_UUID, line.encode() + b"\r\n")
    assert (batch.sequence, batch.device_ns) == (40, 1_600_000_000)
    assert (batch.samples[1] / batch.lsb_per_g).tolist() == [-1, 0, 1]
