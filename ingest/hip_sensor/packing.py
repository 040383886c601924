"""Lossless packing of a block's samples: differences, as many bits wide as each eight need.

The first sample stands in full. Every eight samples after it are a group: a u16 with the widths
of its x, y and z (5 bits each), then for each axis eight differences to the sample before, zigzag
coded, least significant bit first. Eight values of w bits are exactly w bytes, so nothing ever
straddles a group. The layout, and why it and not another: firmware_notes/hip_sensor_service.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.errors import MalformedPacketError
from ingest.model import Int16Array

GROUP: Final = 8  #: samples that share their widths
MAX_BODY_BYTES: Final = 216  #: what a notification of 240 bytes has left beside the header
MAX_BLOCK_SAMPLES: Final = 255
_BASE_BYTES: Final = 6
_WIDTHS_BYTES: Final = 2
_RAW_BYTES: Final = 6
_MAX_WIDTH: Final = 16
_AT_ONCE: Final = 500  #: blocks; more would only take more memory


def packed_size(samples: Int16Array) -> int:
    """Return how many bytes `pack` makes of samples of shape (n, 3), n > 0."""
    return _BASE_BYTES + int(_group_bytes(_widths(_grouped(samples))).sum())


def pack(samples: Int16Array) -> bytes:
    """Pack samples of shape (n, 3), n > 0, in device counts; any values, nothing is lost."""
    grouped = _grouped(samples)
    widths = _widths(grouped)
    sizes = _group_bytes(widths)
    starts = _BASE_BYTES + np.cumsum(sizes) - sizes
    out = np.zeros(_BASE_BYTES + int(sizes.sum()), np.uint8)
    out[:_BASE_BYTES] = np.frombuffer(samples[0].astype("<i2").tobytes(), np.uint8)
    words = widths[:, 0] | widths[:, 1] << 5 | widths[:, 2] << 10
    out[starts], out[starts + 1] = words & 0xFF, words >> 8
    bits = np.unpackbits(grouped.astype("<u2").view(np.uint8), bitorder="little")
    kept = bits.reshape(*grouped.shape, _MAX_WIDTH)[_bits_that_stand(widths)]
    out[_holds_differences(len(out), np.zeros(1, np.int64), starts)] = np.packbits(
        kept, bitorder="little"
    )
    return out.tobytes()


def unpack(body: bytes, n: int) -> Int16Array:
    """Return the `n` samples, shape (n, 3), that `pack` has packed.

    Raises
    ------
    MalformedPacketError
        If the bytes are not exactly `n` packed samples.
    """
    return _unpack_few([body], [n])[0]


def unpack_many(bodies: Sequence[bytes], counts: Sequence[int]) -> list[Int16Array]:
    """Unpack many blocks at once: a day at 50 Hz in about a second.

    Raises
    ------
    MalformedPacketError
        If one of them is not exactly as many packed samples as its count says.
    """
    unpacked: list[Int16Array] = []
    for at in range(0, len(bodies), _AT_ONCE):
        unpacked += _unpack_few(bodies[at : at + _AT_ONCE], counts[at : at + _AT_ONCE])
    return unpacked


def cut(samples: Int16Array, *, max_bytes: int = MAX_BODY_BYTES) -> Iterator[tuple[int, int]]:
    """Cut a stretch of samples as a sensor does: a block is closed when nothing more fits.

    Yields
    ------
    start, stop
        Samples `[start, stop)` of a block: at most 255, in at most `max_bytes` as `body` makes it.
    """
    start = 0
    while start < len(samples):
        ahead = samples[start : start + MAX_BLOCK_SAMPLES]
        sizes = _BASE_BYTES + np.cumsum(_group_bytes(_widths(_grouped(ahead))))
        n_groups = int(np.searchsorted(sizes, max_bytes, side="right"))
        n_packed = min(1 + n_groups * GROUP, len(ahead))
        stop = start + max(n_packed, min(max_bytes // _RAW_BYTES, len(ahead)))
        yield start, stop
        start = stop


def body(samples: Int16Array) -> tuple[bytes, bool]:
    """Return samples as they stand in a block, and whether they are packed: if that is shorter."""
    packed = pack(samples)
    is_packed = len(packed) < len(samples) * _RAW_BYTES
    return (packed if is_packed else samples.astype("<i2").tobytes()), is_packed


def _grouped(samples: Int16Array) -> NDArray[np.uint16]:
    """Return zigzag differences, shape (groups, 3, 8); the last group is filled up with zeros."""
    plain = np.ascontiguousarray(samples, np.int16)
    n_groups = -(-(len(plain) - 1) // GROUP)
    padded = np.zeros((n_groups * GROUP, 3), np.int16)
    padded[: len(plain) - 1] = plain[1:] - plain[:-1]  # modulo 2^16, as the sensor does it
    zigzag = (padded << 1 ^ padded >> 15).view(np.uint16)
    return np.ascontiguousarray(zigzag.reshape(n_groups, GROUP, 3).transpose(0, 2, 1))


def _widths(grouped: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Return the bits that the largest of each eight needs, shape (groups, 3)."""
    largest = np.bitwise_or.reduce(grouped, axis=2).astype(np.float64)
    widths: NDArray[np.int64] = np.frexp(largest)[1].astype(np.int64)
    return widths


def _group_bytes(widths: NDArray[np.int64]) -> NDArray[np.int64]:
    sizes: NDArray[np.int64] = _WIDTHS_BYTES + widths.sum(axis=1)
    return sizes


def _bits_that_stand(widths: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of the 16 bits of each difference are sent, shape (groups, 3, 8, 16)."""
    stands = np.arange(_MAX_WIDTH) < widths[:, :, None, None]
    return np.broadcast_to(stands, (len(widths), 3, GROUP, _MAX_WIDTH))


def _holds_differences(
    n_bytes: int, begins: NDArray[np.int64], starts: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which bytes are neither a first sample, from `begins` on, nor widths."""
    holds = np.ones(n_bytes, np.bool_)
    holds[(begins[:, None] + np.arange(_BASE_BYTES)).ravel()] = False
    holds[starts] = holds[starts + 1] = False
    return holds


def _group_starts(body: bytes, n: int) -> list[int]:
    """Find where each group of a block begins."""
    starts, at, end = [], _BASE_BYTES, len(body)
    if n < 1 or end < _BASE_BYTES:
        raise MalformedPacketError("packed samples without a first one")
    for _ in range(-(-(n - 1) // GROUP)):
        if at + _WIDTHS_BYTES > end:
            raise MalformedPacketError(f"{end} bytes are too few for {n} packed samples")
        word = body[at] | body[at + 1] << 8
        x, y, z = word & 31, word >> 5 & 31, word >> 10 & 31
        if x > _MAX_WIDTH or y > _MAX_WIDTH or z > _MAX_WIDTH:
            raise MalformedPacketError("packed samples of more than 16 bits")
        starts.append(at)
        at += _WIDTHS_BYTES + x + y + z
    if at != end:
        raise MalformedPacketError(f"{n} packed samples take {at} bytes, not {end}")
    return starts


def _unpack_few(bodies: Sequence[bytes], counts: Sequence[int]) -> list[Int16Array]:
    begin = 0
    begins: list[int] = []
    first_group: list[int] = []
    all_starts: list[int] = []
    for body, n in zip(bodies, counts, strict=True):
        begins.append(begin)
        first_group.append(len(all_starts))
        all_starts += [begin + at for at in _group_starts(body, n)]
        begin += len(body)
    data = np.frombuffer(b"".join(bodies), np.uint8)
    starts = np.array(all_starts, np.int64)
    differences = _differences(data, np.array(begins, np.int64), starts)
    totals = np.zeros((len(differences) + 1, 3), np.int16)
    np.cumsum(differences, axis=0, dtype=np.int16, out=totals[1:])  # both wrap modulo 2^16
    samples = []
    for body, n, group in zip(bodies, counts, first_group, strict=True):
        row = group * GROUP
        first = np.frombuffer(body, "<i2", 3).astype(np.int16)
        samples.append(totals[row : row + n] + (first - totals[row]))
    return samples


def _differences(
    data: NDArray[np.uint8], begins: NDArray[np.int64], starts: NDArray[np.int64]
) -> NDArray[np.int16]:
    """Read every difference, shape (groups x 8, 3)."""
    words = data[starts].astype(np.int64) | data[starts + 1].astype(np.int64) << 8
    widths = words[:, None] >> np.array([0, 5, 10]) & 31
    stands = _bits_that_stand(widths)
    bits = np.zeros(stands.shape, np.uint8)
    sent = data[_holds_differences(len(data), begins, starts)]
    bits[stands] = np.unpackbits(sent, bitorder="little")
    zigzag = np.packbits(bits, bitorder="little").view("<u2").reshape(-1, 3, GROUP)
    plain = (zigzag >> 1 ^ (zigzag & 1) * np.uint16(0xFFFF)).astype(np.uint16)
    return plain.transpose(0, 2, 1).reshape(-1, 3).view(np.int16)
