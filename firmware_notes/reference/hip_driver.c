/* Random histories of one sensor on a flash whose power fails at any byte: what was written must
 * be read back, whole and in order, whatever happened. Run under the sanitizers by the tests.
 * Usage: hip_driver FIRST_SEED N_SEEDS; prints a line of sums, or what went wrong. */
#include "hip_sensor.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SECTORS 6u
#define N_BYTES (N_SECTORS * HIP_SECTOR_BYTES)
#define MAX_BLOCKS 4096u
#define CHECK(condition) ((condition) ? (void)0 : fail(#condition, __LINE__))

static uint8_t flash_bytes[N_BYTES];
static uint32_t power_left; /* bytes that are still programmed or erased before the power fails */
static jmp_buf power_failed;
static uint64_t random_state;
static unsigned seed;

/* every block that got into the flash: which boot and number, and its bytes */
static struct { uint32_t boot_id, seq; size_t n_bytes; uint8_t bytes[HIP_BLOCK_BYTES]; }
    written[MAX_BLOCKS];
static uint32_t n_noted; /* blocks of this boot */
static size_t n_written, n_freed_up_to;
static unsigned long n_cuts, n_blocks, n_replayed, n_overwritten, n_torn;

static void fail(const char *what, int line)
{
    printf("seed %u, line %d: %s\n", seed, line, what);
    exit(1);
}

static uint32_t draw(uint32_t below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 33) % below;
}

static int flash_read(void *context, uint32_t address, uint8_t *to, size_t n)
{
    (void)context;
    CHECK(address + n <= N_BYTES);
    memcpy(to, flash_bytes + address, n);
    return 0;
}

static int flash_program(void *context, uint32_t address, const uint8_t *from, size_t n)
{
    (void)context;
    CHECK(address % HIP_PAGE_BYTES + n <= HIP_PAGE_BYTES && address + n <= N_BYTES);
    for (size_t i = 0; i < n; i++) {
        if (power_left == 0) {
            longjmp(power_failed, 1);
        }
        power_left--;
        CHECK(flash_bytes[address + i] == 0xff); /* programmed only once after each erase */
        flash_bytes[address + i] = (uint8_t)(flash_bytes[address + i] & from[i]);
    }
    return 0;
}

static int flash_erase(void *context, uint32_t address)
{
    (void)context;
    CHECK(address % HIP_SECTOR_BYTES == 0 && address < N_BYTES);
    for (size_t i = 0; i < HIP_SECTOR_BYTES; i++) {
        if (power_left == 0) {
            longjmp(power_failed, 1);
        }
        power_left -= i % 64u == 0;
        flash_bytes[address + i] = 0xff;
    }
    return 0;
}

static const hip_flash flash = { NULL, flash_read, flash_program, flash_erase, N_SECTORS };

/* Notes the blocks [from, head) that this boot has written. */
static void note_written(hip_log *log, uint32_t boot_id, uint32_t from, uint32_t head)
{
    for (uint32_t seq = from; seq < head; seq++) {
        CHECK(n_written < MAX_BLOCKS);
        written[n_written].boot_id = boot_id;
        written[n_written].seq = seq;
        written[n_written].n_bytes = hip_log_read(log, boot_id, seq, written[n_written].bytes);
        CHECK(written[n_written].n_bytes >= HIP_HEADER_BYTES + 6u);
        n_noted = seq + 1u;
        n_written++;
        n_blocks++;
    }
}

/* A page may be whole although the power failed before its last byte: notes that block too. */
static void note_last(const hip_log *log)
{
    static hip_log scratch;
    CHECK(hip_log_open(&scratch, &flash, 99) == 0);
    while (scratch.older.boot_id != 0 && scratch.older.boot_id != log->boot_id) {
        hip_log_acknowledge(&scratch, scratch.older.boot_id, scratch.older.head);
    }
    if (scratch.older.boot_id != 0) {
        note_written(&scratch, log->boot_id, n_noted, scratch.older.head);
    }
}

static size_t index_of(uint32_t boot_id, uint32_t seq)
{
    for (size_t i = n_written; i-- > 0;) {
        if (written[i].boot_id == boot_id && written[i].seq == seq) {
            return i;
        }
    }
    return MAX_BLOCKS;
}

/* Replays a range the way a collector does, and compares every byte. */
static void replay(hip_sensor *sensor, uint32_t boot_id, uint32_t first, uint32_t stop)
{
    uint8_t ask[12] = { HIP_REPLAY, 7 }, out[HIP_BLOCK_BYTES];
    size_t n_bytes;
    hip_kind kind;
    hip_put(ask + 2, first, 4);
    hip_put(ask + 6, stop - first, 2);
    hip_put(ask + 8, boot_id, 4);
    CHECK(hip_sensor_control(sensor, ask, sizeof ask, 0) == 0);
    for (uint32_t seq = first; seq < stop; seq++) {
        size_t i = index_of(boot_id, seq);
        while ((kind = hip_sensor_next(sensor, 0, out, &n_bytes)) == HIP_STATUS) {
        }
        CHECK(kind == HIP_DATA && i != MAX_BLOCKS);
        CHECK(out[1] & HIP_FROM_LOG && !(out[1] & HIP_UNREADABLE));
        out[1] = (uint8_t)(out[1] & ~HIP_FROM_LOG);
        CHECK(n_bytes == written[i].n_bytes && memcmp(out, written[i].bytes, n_bytes) == 0);
        n_replayed++;
    }
    CHECK(hip_sensor_next(sensor, 0, out, &n_bytes) == HIP_STATUS && out[22] == 7);
}

static void acknowledge(hip_sensor *sensor, uint32_t boot_id, uint32_t up_to)
{
    uint8_t message[9] = { HIP_ACKNOWLEDGE };
    size_t i = index_of(boot_id, up_to - 1u);
    hip_put(message + 1, boot_id, 4);
    hip_put(message + 5, up_to, 4);
    CHECK(hip_sensor_control(sensor, message, sizeof message, 0) == 0);
    if (i != MAX_BLOCKS && i + 1u > n_freed_up_to) {
        n_freed_up_to = i + 1u;
    }
}

/* Reads everything that the sensor says it has: nothing that was neither acknowledged nor
 * overwritten may be missing, which a full ring allows only for its oldest pages. */
static void drain(hip_sensor *sensor)
{
    size_t expected = n_freed_up_to, lowest = n_written;
    size_t guaranteed = (N_SECTORS - 1u) * HIP_SECTOR_PAGES - (size_t)n_torn;
    lowest = n_written > guaranteed ? n_written - guaranteed : 0;
    while (sensor->log.older.boot_id != 0) {
        hip_range older = sensor->log.older;
        size_t i = index_of(older.boot_id, older.tail);
        CHECK(i != MAX_BLOCKS && older.tail < older.head);
        CHECK(i <= expected || (i <= lowest && i > expected));
        n_overwritten += i > expected;
        replay(sensor, older.boot_id, older.tail, older.head);
        acknowledge(sensor, older.boot_id, older.head);
        expected = index_of(older.boot_id, older.head - 1u) + 1u;
    }
    if (sensor->log.tail_of_boot < sensor->log.head_of_boot) {
        size_t i = index_of(sensor->log.boot_id, sensor->log.tail_of_boot);
        CHECK(i != MAX_BLOCKS);
        CHECK(i <= expected || (i <= lowest && i > expected));
        n_overwritten += i > expected;
        replay(sensor, sensor->log.boot_id, sensor->log.tail_of_boot, sensor->log.head_of_boot);
        acknowledge(sensor, sensor->log.boot_id, sensor->log.head_of_boot);
        expected = n_written;
    }
    CHECK(expected == n_written);
}

static void wear(hip_sensor *sensor)
{
    uint64_t ticks = 0;
    hip_xyz sample;
    for (unsigned n = 0; n < 6000u; n++, ticks += 655u) {
        uint32_t spread = draw(50) ? 40u : 20000u;
        for (unsigned axis = 0; axis < 3; axis++) {
            sample.axis[axis] = (int16_t)((int32_t)draw(2u * spread) - (int32_t)spread);
        }
        hip_sensor_add(sensor, ticks, sample);
        if (draw(2000) == 0) {
            hip_sensor_flush(sensor);
        }
        note_written(&sensor->log, sensor->log.boot_id, n_noted, sensor->log.head_of_boot);
        if (draw(1500) == 0) {
            hip_range range = sensor->log.older;
            if (range.boot_id == 0) {
                range.boot_id = sensor->log.boot_id;
                range.tail = sensor->log.tail_of_boot;
                range.head = sensor->log.head_of_boot;
            }
            if (range.tail < range.head) {
                replay(sensor, range.boot_id, range.tail, range.head);
                acknowledge(sensor, range.boot_id, range.tail + draw(range.head - range.tail) + 1u);
            }
        }
        if (draw(3000) == 0) {
            drain(sensor);
        }
    }
}

/* One boot of the sensor, until its power fails or is taken away. */
static void run(hip_sensor *sensor)
{
    static uint32_t boot_id = 100;
    CHECK(hip_sensor_start(sensor, &flash, ++boot_id, 50000, 8192) == 0);
    n_noted = 0;
    power_left = draw(4) ? draw(30000) : UINT32_MAX;
    if (setjmp(power_failed) == 0) {
        wear(sensor);
    } else {
        note_last(&sensor->log);
        n_cuts++;
        n_torn++;
    }
}

int main(int argc, char **argv)
{
    static hip_sensor sensor;
    unsigned first = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1u;
    unsigned n_seeds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 10u;
    for (seed = first; seed < first + n_seeds; seed++) {
        random_state = seed;
        memset(flash_bytes, 0xff, sizeof flash_bytes);
        n_written = n_freed_up_to = 0;
        n_torn = 0;
        for (unsigned n_runs = 1u + draw(6); n_runs > 0; n_runs--) {
            run(&sensor);
        }
        CHECK(hip_sensor_start(&sensor, &flash, 99, 50000, 8192) == 0);
        power_left = UINT32_MAX;
        drain(&sensor);
    }
    printf("%lu blocks, %lu replayed, %lu power cuts, %lu overwritten\n", n_blocks, n_replayed,
           n_cuts, n_overwritten);
    return 0;
}
