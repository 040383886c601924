#include "hip_codec.h"

#include <string.h>

#define GROUP 8u
#define BASE_BYTES 6u
#define WIDTHS_BYTES 2u
#define MAX_WIDTH 16u
#define MAX_BLOCK_S 60u

void hip_put(uint8_t *to, uint64_t value, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        to[i] = (uint8_t)(value >> (8u * i));
    }
}

uint64_t hip_get(const uint8_t *from, size_t n_bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        value |= (uint64_t)from[i] << (8u * i);
    }
    return value;
}

uint32_t hip_crc32(uint32_t crc, const uint8_t *bytes, size_t n)
{
    static const uint32_t nibble[16] = {
        0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u,
        0x4db26158u, 0x5005713cu, 0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu,
        0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu
    };
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ nibble[crc & 15u];
        crc = crc >> 4 ^ nibble[crc & 15u];
    }
    return ~crc;
}

static int16_t as_signed(uint16_t value)
{
    return value < 0x8000u ? (int16_t)value : (int16_t)((int32_t)value - 0x10000);
}

static uint16_t zigzag(int16_t before, int16_t now)
{
    uint16_t d = (uint16_t)((uint16_t)now - (uint16_t)before); /* modulo 2^16 */
    uint16_t doubled = (uint16_t)((uint32_t)d << 1);
    return d & 0x8000u ? (uint16_t)~doubled : doubled;
}

/* Widths of the group that begins at sample `first` (not 0), for samples [first, n). */
static unsigned group_widths(unsigned widths[3], const hip_xyz *samples, size_t first, size_t n)
{
    unsigned sum = 0;
    for (unsigned axis = 0; axis < 3; axis++) {
        uint32_t any = 0;
        for (size_t i = first; i < n && i < first + GROUP; i++) {
            any |= zigzag(samples[i - 1].axis[axis], samples[i].axis[axis]);
        }
        for (widths[axis] = 0; any >> widths[axis]; widths[axis]++) {
        }
        sum += widths[axis];
    }
    return sum;
}

size_t hip_packed_size(const hip_xyz *samples, size_t n)
{
    unsigned widths[3];
    size_t size = BASE_BYTES;
    for (size_t first = 1; first < n; first += GROUP) {
        size += WIDTHS_BYTES + group_widths(widths, samples, first, n);
    }
    return size;
}

size_t hip_fitting(const hip_xyz *samples, size_t n)
{
    unsigned widths[3];
    size_t size = BASE_BYTES, first;
    for (first = 1; first < n; first += GROUP) {
        size += WIDTHS_BYTES + group_widths(widths, samples, first, n);
        if (size > HIP_BODY_BYTES) {
            return first;
        }
    }
    return n;
}

size_t hip_pack(uint8_t *to, const hip_xyz *samples, size_t n)
{
    uint8_t *at = to + BASE_BYTES;
    unsigned widths[3];
    for (unsigned axis = 0; axis < 3; axis++) {
        hip_put(to + 2u * axis, (uint16_t)samples[0].axis[axis], 2);
    }
    for (size_t first = 1; first < n; first += GROUP) {
        group_widths(widths, samples, first, n);
        hip_put(at, widths[0] | widths[1] << 5 | widths[2] << 10, WIDTHS_BYTES);
        at += WIDTHS_BYTES;
        for (unsigned axis = 0; axis < 3; axis++) {
            uint32_t bits = 0;
            unsigned n_bits = 0;
            for (size_t i = first; i < first + GROUP; i++) {
                if (i < n) {
                    bits |= (uint32_t)zigzag(samples[i - 1].axis[axis], samples[i].axis[axis]) << n_bits;
                }
                for (n_bits += widths[axis]; n_bits >= 8; n_bits -= 8, bits >>= 8) {
                    *at++ = (uint8_t)bits;
                }
            }
        }
    }
    return (size_t)(at - to);
}

int hip_unpack(hip_xyz *samples, size_t n, const uint8_t *from, size_t n_bytes)
{
    size_t at = BASE_BYTES;
    if (n == 0 || n_bytes < BASE_BYTES) {
        return -1;
    }
    for (unsigned axis = 0; axis < 3; axis++) {
        samples[0].axis[axis] = as_signed((uint16_t)hip_get(from + 2u * axis, 2));
    }
    for (size_t first = 1; first < n; first += GROUP) {
        if (n_bytes - at < WIDTHS_BYTES) {
            return -1;
        }
        uint32_t word = (uint32_t)hip_get(from + at, WIDTHS_BYTES);
        unsigned widths[3] = { word & 31u, word >> 5 & 31u, word >> 10 & 31u };
        at += WIDTHS_BYTES;
        for (unsigned axis = 0; axis < 3; axis++) {
            uint32_t bits = 0, mask = (UINT32_C(1) << widths[axis]) - 1u;
            unsigned n_bits = 0;
            if (widths[axis] > MAX_WIDTH || n_bytes - at < widths[axis]) {
                return -1;
            }
            for (size_t i = first; i < first + GROUP; i++) {
                for (; n_bits < widths[axis]; n_bits += 8) {
                    bits |= (uint32_t)from[at++] << n_bits;
                }
                uint32_t z = bits & mask;
                bits >>= widths[axis];
                n_bits -= widths[axis];
                if (i < n) {
                    uint32_t d = z & 1u ? ~(z >> 1) : z >> 1;
                    uint16_t before = (uint16_t)samples[i - 1].axis[axis];
                    samples[i].axis[axis] = as_signed((uint16_t)(before + d));
                }
            }
        }
    }
    return at == n_bytes ? 0 : -1;
}

void hip_put_header(uint8_t *to, const hip_header *header)
{
    to[0] = HIP_VERSION;
    to[1] = header->flags;
    to[2] = header->n;
    to[3] = 0;
    hip_put(to + 4, header->boot_id, 4);
    hip_put(to + 8, header->seq, 4);
    hip_put(to + 12, header->fs_mhz, 4);
    hip_put(to + 16, header->lsb_per_g, 2);
    hip_put(to + 18, header->ticks, 6);
}

size_t hip_encode_block(uint8_t *to, const hip_header *header, const hip_xyz *samples)
{
    hip_header out = *header;
    size_t packed = hip_packed_size(samples, out.n), raw = 6u * (size_t)out.n;
    size_t body = packed < raw ? packed : raw;
    if (out.n == 0 || body > HIP_BODY_BYTES) {
        return 0;
    }
    out.flags = (uint8_t)((out.flags & ~HIP_PACKED) | (packed < raw ? HIP_PACKED : 0));
    hip_put_header(to, &out);
    if (packed < raw) {
        return HIP_HEADER_BYTES + hip_pack(to + HIP_HEADER_BYTES, samples, out.n);
    }
    for (size_t i = 0; i < out.n; i++) {
        for (unsigned axis = 0; axis < 3; axis++) {
            hip_put(to + HIP_HEADER_BYTES + 6u * i + 2u * axis, (uint16_t)samples[i].axis[axis], 2);
        }
    }
    return HIP_HEADER_BYTES + raw;
}

int hip_decode_block(hip_header *header, hip_xyz *samples, const uint8_t *from, size_t n_bytes)
{
    if (n_bytes < HIP_HEADER_BYTES || from[0] != HIP_VERSION) {
        return -1;
    }
    header->flags = from[1];
    header->n = from[2];
    header->boot_id = (uint32_t)hip_get(from + 4, 4);
    header->seq = (uint32_t)hip_get(from + 8, 4);
    header->fs_mhz = (uint32_t)hip_get(from + 12, 4);
    header->lsb_per_g = (uint16_t)hip_get(from + 16, 2);
    header->ticks = hip_get(from + 18, 6);
    if (header->flags & HIP_UNREADABLE && n_bytes == HIP_HEADER_BYTES) {
        return 0;
    }
    if (header->n == 0 || header->lsb_per_g == 0 || header->ticks > HIP_MAX_TICKS
        || header->n * UINT64_C(1000) > (uint64_t)MAX_BLOCK_S * header->fs_mhz) {
        return -1;
    }
    from += HIP_HEADER_BYTES;
    n_bytes -= HIP_HEADER_BYTES;
    if (header->flags & HIP_PACKED) {
        return hip_unpack(samples, header->n, from, n_bytes);
    }
    if (n_bytes != 6u * (size_t)header->n) {
        return -1;
    }
    for (size_t i = 0; i < header->n; i++) {
        for (unsigned axis = 0; axis < 3; axis++) {
            samples[i].axis[axis] = as_signed((uint16_t)hip_get(from + 6u * i + 2u * axis, 2));
        }
    }
    return 0;
}

int hip_decode_control(hip_control_message *message, const uint8_t *from, size_t n_bytes)
{
    static const uint8_t n_fields[] = { 0, 4, 0, 11, 8, 8, 1, 1 };
    if (n_bytes == 0 || from[0] == 0 || from[0] >= sizeof n_fields
        || n_bytes != 1u + n_fields[from[0]]) {
        return -1;
    }
    memset(message, 0, sizeof *message);
    message->opcode = *from++;
    switch (message->opcode) {
    case HIP_START_LIVE:
        message->seq = (uint32_t)hip_get(from, 4);
        break;
    case HIP_REPLAY:
        message->token = from[0];
        message->seq = (uint32_t)hip_get(from + 1, 4);
        message->count = (uint16_t)hip_get(from + 5, 2);
        message->boot_id = (uint32_t)hip_get(from + 7, 4);
        return message->token ? 0 : -1;
    case HIP_ACKNOWLEDGE:
        message->boot_id = (uint32_t)hip_get(from, 4);
        message->seq = (uint32_t)hip_get(from + 4, 4);
        break;
    case HIP_SET_TIME:
        message->utc_ns = hip_get(from, 8);
        break;
    case HIP_IDENTIFY:
        message->seconds = from[0];
        break;
    case HIP_ASK_TIME:
        message->token = from[0];
        return message->token ? 0 : -1;
    default:
        break;
    }
    return 0;
}

void hip_encode_status(uint8_t *to, const hip_status_fields *status)
{
    memset(to, 0, HIP_STATUS_BYTES);
    to[0] = HIP_VERSION;
    to[1] = status->flags;
    to[2] = status->battery_pct;
    to[3] = HIP_RAW_SAMPLES;
    hip_put(to + 4, status->boot_id, 4);
    hip_put(to + 8, status->tail, 4);
    hip_put(to + 12, status->head, 4);
    hip_put(to + 16, status->fs_mhz, 4);
    hip_put(to + 20, status->lsb_per_g, 2);
    to[22] = status->replay_done;
    hip_put(to + 24, status->utc_at_tick_zero_ns, 8);
    hip_put(to + 32, status->ticks_now, 6);
    to[38] = status->time_token;
    hip_put(to + 40, status->older_boot_id, 4);
    hip_put(to + 44, status->older_tail, 4);
    hip_put(to + 48, status->older_head, 4);
    hip_put(to + 52, status->older_utc_ns, 8);
}
