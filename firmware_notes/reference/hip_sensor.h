/* The sensor's side of the service: samples in, notifications out. It never waits; the firmware
 * calls it from one thread: hip_sensor_add for each sample, hip_sensor_control for each write to
 * Control, hip_sensor_next whenever there is room for a notification (at most one block each 10
 * ms), and hip_sensor_status for a read of Status and every 2 s. */
#ifndef HIP_SENSOR_H
#define HIP_SENSOR_H

#include "hip_log.h"

typedef enum { HIP_NOTHING, HIP_DATA, HIP_STATUS } hip_kind;

typedef struct {
    hip_log log;
    uint32_t fs_mhz;
    uint16_t lsb_per_g;
    uint8_t battery_pct; /* 255: not known */
    uint8_t is_exhausted;
    uint8_t identify_s; /* set by Identify; the firmware blinks, and clears it */
    uint8_t is_live, is_replaying, replay_token, replay_done, is_status_due, time_token;
    uint32_t live_next, replay_boot_id, replay_next, replay_stop;
    uint64_t asked_ticks;
    uint32_t n_unwritten; /* blocks that no page took */
    uint64_t block_ticks; /* of samples[0] */
    uint64_t last_ticks[8]; /* of the last samples, by n_added % 8: no more are ever carried over */
    uint32_t n_added;
    size_t n;
    hip_xyz samples[HIP_BLOCK_SAMPLES]; /* the block under construction */
} hip_sensor;

int hip_sensor_start(hip_sensor *sensor, const hip_flash *flash, uint32_t boot_id,
                     uint32_t fs_mhz, uint16_t lsb_per_g);

/* Takes a sample, `ticks` after the start. Samples follow each other evenly; call
 * hip_sensor_flush before the first one behind a hole. */
void hip_sensor_add(hip_sensor *sensor, uint64_t ticks, hip_xyz sample);

/* Writes what there is of the block under construction into the log. */
void hip_sensor_flush(hip_sensor *sensor);

/* Writes the rest and says that there will be no further block. */
void hip_sensor_end(hip_sensor *sensor);

/* Returns 0, or the ATT error to answer with. */
uint8_t hip_sensor_control(hip_sensor *sensor, const uint8_t *message, size_t n_bytes,
                           uint64_t ticks_now);

/* Writes HIP_STATUS_BYTES. */
void hip_sensor_status(const hip_sensor *sensor, uint64_t ticks_now, uint8_t *to);

/* Takes the next notification into `to` (HIP_BLOCK_BYTES), its bytes into `n_bytes`. */
hip_kind hip_sensor_next(hip_sensor *sensor, uint64_t ticks_now, uint8_t *to, size_t *n_bytes);

/* Whether all that was asked for is sent: only then may the 2 s status go out (rule 6). */
int hip_sensor_is_sent(const hip_sensor *sensor);

void hip_sensor_link_down(hip_sensor *sensor);

#endif
