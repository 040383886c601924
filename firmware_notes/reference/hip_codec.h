/* Hip Sensor Service, version 1: bytes of a block, of Control and of Status.
 * The layouts are laid down in ../hip_sensor_service.md. C99, no heap, no OS. */
#ifndef HIP_CODEC_H
#define HIP_CODEC_H

#include <stddef.h>
#include <stdint.h>

#define HIP_VERSION 1u
#define HIP_HEADER_BYTES 24u
#define HIP_BODY_BYTES 216u
#define HIP_BLOCK_BYTES (HIP_HEADER_BYTES + HIP_BODY_BYTES)
#define HIP_BLOCK_SAMPLES 255u
#define HIP_RAW_SAMPLES 36u /* what a full block holds when nothing can be packed */
#define HIP_STATUS_BYTES 60u
#define HIP_TICKS_PER_S 32768u
#define HIP_MAX_TICKS ((UINT64_C(1) << 46) - 1u)
#define HIP_MAX_UTC_NS ((UINT64_C(1) << 62) - 1u)

enum { HIP_FROM_LOG = 1, HIP_PACKED = 2, HIP_UNREADABLE = 4 }; /* flags of Data */
enum { HIP_LIVE = 1, HIP_REPLAYING = 2, HIP_EXHAUSTED = 4 };   /* flags of Status */
enum {
    HIP_START_LIVE = 1, HIP_STOP_LIVE, HIP_REPLAY, HIP_ACKNOWLEDGE,
    HIP_SET_TIME, HIP_IDENTIFY, HIP_ASK_TIME
};

typedef struct {
    int16_t axis[3];
} hip_xyz;

typedef struct {
    uint8_t flags;
    uint8_t n; /* samples */
    uint32_t boot_id, seq, fs_mhz;
    uint16_t lsb_per_g;
    uint64_t ticks;
} hip_header;

typedef struct {
    uint8_t opcode, token, seconds;
    uint16_t count;
    uint32_t boot_id, seq;
    uint64_t utc_ns;
} hip_control_message;

typedef struct {
    uint8_t flags, battery_pct, replay_done, time_token;
    uint32_t boot_id, tail, head, fs_mhz;
    uint16_t lsb_per_g;
    uint64_t utc_at_tick_zero_ns, ticks_now;
    uint32_t older_boot_id, older_tail, older_head;
    uint64_t older_utc_ns;
} hip_status_fields;

void hip_put(uint8_t *to, uint64_t value, size_t n_bytes);
uint64_t hip_get(const uint8_t *from, size_t n_bytes);
uint32_t hip_crc32(uint32_t crc, const uint8_t *bytes, size_t n); /* start with 0 */

/* Bytes of n samples when packed. */
size_t hip_packed_size(const hip_xyz *samples, size_t n);
/* Most of n samples that fit into a packed body; only the last group may be a part of one. */
size_t hip_fitting(const hip_xyz *samples, size_t n);
/* Packs n samples; returns the bytes. `to` holds hip_packed_size(samples, n). */
size_t hip_pack(uint8_t *to, const hip_xyz *samples, size_t n);
/* Returns 0, or -1 if the bytes are not exactly n packed samples. */
int hip_unpack(hip_xyz *samples, size_t n, const uint8_t *from, size_t n_bytes);

/* A whole block, packed when that is shorter; returns its bytes, at most HIP_BLOCK_BYTES,
 * or 0 when the samples do not fit. Sets the flag HIP_PACKED of the header itself. */
size_t hip_encode_block(uint8_t *to, const hip_header *header, const hip_xyz *samples);
/* Returns 0, or -1 if the bytes are no block. `samples` holds HIP_BLOCK_SAMPLES. */
int hip_decode_block(hip_header *header, hip_xyz *samples, const uint8_t *from, size_t n_bytes);
void hip_put_header(uint8_t *to, const hip_header *header);

/* Returns 0, or -1: answer such a write with the ATT error Value Not Allowed (0x13). */
int hip_decode_control(hip_control_message *message, const uint8_t *from, size_t n_bytes);
void hip_encode_status(uint8_t *to, const hip_status_fields *status);

#endif
