/* The log: a ring of flash pages, one block in each, that a power cut at any moment leaves whole.
 * Page format, recovery and wear: ../hip_sensor_service.md. */
#ifndef HIP_LOG_H
#define HIP_LOG_H

#include "hip_codec.h"

#define HIP_PAGE_BYTES 256u
#define HIP_SECTOR_PAGES 16u
#define HIP_SECTOR_BYTES (HIP_PAGE_BYTES * HIP_SECTOR_PAGES)
#define HIP_FRAME_BYTES 16u /* of a page, before the block */

/* NOR flash; each function returns 0, or something else when it failed. `program` only clears
 * bits, within one page; `erase` sets a whole sector to 0xff. At least 3, at most 4096 sectors. */
typedef struct {
    void *context;
    int (*read)(void *context, uint32_t address, uint8_t *to, size_t n);
    int (*program)(void *context, uint32_t address, const uint8_t *from, size_t n);
    int (*erase)(void *context, uint32_t address);
    uint32_t n_sectors;
} hip_flash;

typedef struct {
    uint32_t boot_id, tail, head; /* sequence numbers */
    uint64_t utc_at_tick_zero_ns;
} hip_range;

typedef struct {
    hip_flash flash;
    uint32_t n_pages;
    uint32_t next_page;    /* number of the page that is written next; never goes back */
    uint32_t tail_page;    /* oldest page that is not acknowledged, of whichever boot */
    uint32_t first_page;   /* of this boot, once it has a block */
    uint32_t head_of_boot; /* sequence number of this boot's next block */
    uint32_t tail_of_boot; /* oldest block of this boot that is not acknowledged and still there */
    hip_range older;       /* oldest earlier boot with blocks; boot_id 0: none */
    uint32_t older_end;    /* one past its last page */
    uint32_t boot_id;
    uint64_t utc_at_tick_zero_ns; /* whole milliseconds; 0 while not set */
    uint8_t page[HIP_PAGE_BYTES]; /* the one that was read or written last */
} hip_log;

/* Finds what the flash holds. `boot_id` is random and not 0; one that the newest page has is
 * changed. Returns 0, or -1 when the flash cannot be read. */
int hip_log_open(hip_log *log, const hip_flash *flash, uint32_t boot_id);

/* Appends a block as hip_encode_block made it, its sequence number log->head_of_boot. Returns 0,
 * or -1 when no page takes it: then the block is lost and its number is not used. */
int hip_log_append(hip_log *log, const uint8_t *block, size_t n_bytes);

/* Reads a block into `to` (HIP_BLOCK_BYTES). Returns its bytes, or 0 when it cannot be read. */
size_t hip_log_read(hip_log *log, uint32_t boot_id, uint32_t seq, uint8_t *to);

/* Frees the blocks before `up_to` of this boot, or of the oldest earlier one; others are left. */
void hip_log_acknowledge(hip_log *log, uint32_t boot_id, uint32_t up_to);

#endif
