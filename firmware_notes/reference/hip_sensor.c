#include "hip_sensor.h"

#include <string.h>

#define NS_PER_MS UINT64_C(1000000)
#define VALUE_NOT_ALLOWED 0x13u

int hip_sensor_start(hip_sensor *sensor, const hip_flash *flash, uint32_t boot_id,
                     uint32_t fs_mhz, uint16_t lsb_per_g)
{
    memset(sensor, 0, sizeof *sensor);
    sensor->fs_mhz = fs_mhz;
    sensor->lsb_per_g = lsb_per_g;
    sensor->battery_pct = 255;
    return hip_log_open(&sensor->log, flash, boot_id);
}

static void close_block(hip_sensor *sensor, size_t n)
{
    uint8_t block[HIP_BLOCK_BYTES];
    hip_header header = {
        .n = (uint8_t)n, .boot_id = sensor->log.boot_id, .seq = sensor->log.head_of_boot,
        .fs_mhz = sensor->fs_mhz, .lsb_per_g = sensor->lsb_per_g, .ticks = sensor->block_ticks
    };
    size_t n_bytes = hip_encode_block(block, &header, sensor->samples);
    if (hip_log_append(&sensor->log, block, n_bytes) != 0) {
        sensor->n_unwritten++;
    }
    sensor->n -= n;
    memmove(sensor->samples, sensor->samples + n, sensor->n * sizeof sensor->samples[0]);
    sensor->block_ticks = sensor->last_ticks[(sensor->n_added - sensor->n) % 8u];
}

/* How many of the samples the block takes when it is closed now. */
static size_t n_to_close(const hip_sensor *sensor)
{
    size_t n_fitting = hip_fitting(sensor->samples, sensor->n);
    size_t n_raw = sensor->n < HIP_RAW_SAMPLES ? sensor->n : HIP_RAW_SAMPLES;
    return n_fitting > n_raw ? n_fitting : n_raw;
}

void hip_sensor_add(hip_sensor *sensor, uint64_t ticks, hip_xyz sample)
{
    if (sensor->n == 0) {
        sensor->block_ticks = ticks;
    }
    sensor->last_ticks[sensor->n_added++ % 8u] = ticks;
    sensor->samples[sensor->n++] = sample;
    if (sensor->n >= HIP_RAW_SAMPLES
        && (sensor->n % 8u == 1u || sensor->n == HIP_RAW_SAMPLES
            || sensor->n == HIP_BLOCK_SAMPLES)) {
        if (sensor->n == HIP_BLOCK_SAMPLES || hip_fitting(sensor->samples, sensor->n) < sensor->n) {
            close_block(sensor, n_to_close(sensor));
        }
    }
}

void hip_sensor_flush(hip_sensor *sensor)
{
    while (sensor->n > 0) {
        close_block(sensor, n_to_close(sensor));
    }
}

void hip_sensor_end(hip_sensor *sensor)
{
    hip_sensor_flush(sensor);
    sensor->is_exhausted = 1;
    sensor->is_status_due = 1;
}

uint8_t hip_sensor_control(hip_sensor *sensor, const uint8_t *message, size_t n_bytes,
                           uint64_t ticks_now)
{
    hip_control_message asked;
    hip_log *log = &sensor->log;
    uint64_t now_ms = ticks_now * 1000u / HIP_TICKS_PER_S;
    if (hip_decode_control(&asked, message, n_bytes) != 0) {
        return VALUE_NOT_ALLOWED;
    }
    switch (asked.opcode) {
    case HIP_START_LIVE:
        sensor->is_live = 1;
        sensor->live_next = asked.seq;
        break;
    case HIP_STOP_LIVE:
        sensor->is_live = 0;
        break;
    case HIP_REPLAY:
        sensor->is_replaying = 1;
        sensor->replay_token = asked.token;
        sensor->replay_boot_id = asked.boot_id ? asked.boot_id : log->boot_id;
        sensor->replay_next = asked.seq;
        sensor->replay_stop = asked.seq > UINT32_MAX - asked.count ? UINT32_MAX
                                                                  : asked.seq + asked.count;
        break;
    case HIP_ACKNOWLEDGE:
        sensor->is_status_due |= asked.boot_id == log->older.boot_id && asked.seq >= log->older.head;
        hip_log_acknowledge(log, asked.boot_id, asked.seq);
        break;
    case HIP_SET_TIME:
        if (log->utc_at_tick_zero_ns == 0 && asked.utc_ns <= HIP_MAX_UTC_NS) {
            uint64_t utc_ms = asked.utc_ns / NS_PER_MS;
            log->utc_at_tick_zero_ns = (utc_ms > now_ms ? utc_ms - now_ms : 1u) * NS_PER_MS;
        }
        sensor->is_status_due = 1;
        break;
    case HIP_IDENTIFY:
        sensor->identify_s = asked.seconds;
        break;
    case HIP_ASK_TIME:
        sensor->time_token = asked.token;
        sensor->asked_ticks = ticks_now;
        break;
    default:
        return VALUE_NOT_ALLOWED;
    }
    return 0;
}

static void put_status(const hip_sensor *sensor, uint64_t ticks, uint8_t token, uint8_t *to)
{
    const hip_log *log = &sensor->log;
    hip_status_fields status = {
        .flags = (uint8_t)((sensor->is_live ? HIP_LIVE : 0)
                           | (sensor->is_replaying ? HIP_REPLAYING : 0)
                           | (sensor->is_exhausted ? HIP_EXHAUSTED : 0)),
        .battery_pct = sensor->battery_pct, .replay_done = sensor->replay_done,
        .time_token = token, .boot_id = log->boot_id, .tail = log->tail_of_boot,
        .head = log->head_of_boot, .fs_mhz = sensor->fs_mhz, .lsb_per_g = sensor->lsb_per_g,
        .utc_at_tick_zero_ns = log->utc_at_tick_zero_ns, .ticks_now = ticks,
        .older_boot_id = log->older.boot_id, .older_tail = log->older.tail,
        .older_head = log->older.head, .older_utc_ns = log->older.utc_at_tick_zero_ns
    };
    hip_encode_status(to, &status);
}

void hip_sensor_status(const hip_sensor *sensor, uint64_t ticks_now, uint8_t *to)
{
    put_status(sensor, ticks_now, 0, to);
}

/* Reads a block to send it; one that the log lost is sent as its number alone. */
static size_t load(hip_sensor *sensor, uint32_t boot_id, uint32_t seq, uint8_t flags, uint8_t *to)
{
    size_t n_bytes = hip_log_read(&sensor->log, boot_id, seq, to);
    if (n_bytes == 0) {
        hip_header lost = { .flags = HIP_FROM_LOG | HIP_UNREADABLE, .boot_id = boot_id, .seq = seq };
        hip_put_header(to, &lost);
        return HIP_HEADER_BYTES;
    }
    to[1] |= flags;
    return n_bytes;
}

/* Sends the next block of the replay, or ends it; returns the bytes. */
static size_t next_replayed(hip_sensor *sensor, uint8_t *to)
{
    const hip_log *log = &sensor->log;
    uint32_t tail = 0, head = 0, boot_id = sensor->replay_boot_id;
    size_t n_bytes = 0;
    if (boot_id == log->boot_id) {
        tail = log->tail_of_boot;
        head = log->head_of_boot;
    } else if (boot_id == log->older.boot_id) {
        tail = log->older.tail;
        head = log->older.head;
    }
    head = head < sensor->replay_stop ? head : sensor->replay_stop;
    tail = tail > sensor->replay_next ? tail : sensor->replay_next;
    if (tail < head) {
        n_bytes = load(sensor, boot_id, tail, HIP_FROM_LOG, to);
        sensor->replay_next = tail + 1u;
    }
    if (tail >= head || sensor->replay_next >= head) {
        sensor->is_replaying = 0;
        sensor->replay_done = sensor->replay_token;
        sensor->is_status_due = 1;
    }
    return n_bytes;
}

hip_kind hip_sensor_next(hip_sensor *sensor, uint64_t ticks_now, uint8_t *to, size_t *n_bytes)
{
    const hip_log *log = &sensor->log;
    if (sensor->time_token != 0) {
        put_status(sensor, sensor->asked_ticks, sensor->time_token, to);
        sensor->time_token = 0;
        *n_bytes = HIP_STATUS_BYTES;
        return HIP_STATUS;
    }
    if (sensor->is_replaying) {
        *n_bytes = next_replayed(sensor, to);
        if (*n_bytes != 0) {
            return HIP_DATA;
        }
    }
    if (sensor->is_live && !sensor->is_replaying) {
        if (sensor->live_next < log->tail_of_boot) {
            sensor->live_next = log->tail_of_boot;
        }
        if (sensor->live_next < log->head_of_boot) {
            *n_bytes = load(sensor, log->boot_id, sensor->live_next++, 0, to);
            return HIP_DATA;
        }
    }
    if (sensor->is_status_due && hip_sensor_is_sent(sensor)) {
        sensor->is_status_due = 0;
        hip_sensor_status(sensor, ticks_now, to);
        *n_bytes = HIP_STATUS_BYTES;
        return HIP_STATUS;
    }
    return HIP_NOTHING;
}

int hip_sensor_is_sent(const hip_sensor *sensor)
{
    return !sensor->is_replaying
        && (!sensor->is_live || sensor->live_next >= sensor->log.head_of_boot);
}

void hip_sensor_link_down(hip_sensor *sensor)
{
    sensor->is_live = sensor->is_replaying = sensor->is_status_due = 0;
    sensor->replay_done = sensor->time_token = 0;
}
