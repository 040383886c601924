#include "hip_log.h"

#include <string.h>

#define NS_PER_MS UINT64_C(1000000)

/* frame: page number u32, pages back to the tail u16, UTC at tick zero u48 [ms], CRC u32 */
enum { AT_NUMBER = 0, AT_BACK = 4, AT_UTC = 6, AT_CRC = 12 };
enum { AT_LENGTH = HIP_FRAME_BYTES + 3, AT_BOOT = HIP_FRAME_BYTES + 4, AT_SEQ = HIP_FRAME_BYTES + 8 };

static uint32_t page_crc(const uint8_t *page)
{
    uint32_t crc = hip_crc32(0, page, AT_CRC);
    return hip_crc32(crc, page + HIP_FRAME_BYTES, HIP_PAGE_BYTES - HIP_FRAME_BYTES);
}

static uint32_t address_of(const hip_log *log, uint32_t number)
{
    return number % log->n_pages * HIP_PAGE_BYTES;
}

/* Reads page `number` into log->page; returns 1 if it is that page and whole, 0 if not. */
static int read_page(hip_log *log, uint32_t number)
{
    return log->flash.read(log->flash.context, address_of(log, number), log->page,
                           HIP_PAGE_BYTES) == 0
        && hip_get(log->page + AT_NUMBER, 4) == number
        && hip_get(log->page + AT_CRC, 4) == page_crc(log->page)
        && log->page[AT_LENGTH] <= HIP_BODY_BYTES;
}

static uint32_t page_boot(const hip_log *log)
{
    return (uint32_t)hip_get(log->page + AT_BOOT, 4);
}

static uint32_t page_seq(const hip_log *log)
{
    return (uint32_t)hip_get(log->page + AT_SEQ, 4);
}

static int is_blank(const uint8_t *bytes, size_t n)
{
    while (n > 0 && bytes[n - 1] == 0xff) {
        n--;
    }
    return n == 0;
}

/* Returns the first page of [from, end) with a block of this boot from `seq` on; `end`: none. */
static uint32_t seek(hip_log *log, uint32_t from, uint32_t end, uint32_t boot_id, uint32_t seq)
{
    for (uint32_t number = from; number < end; number++) {
        if (read_page(log, number) && page_boot(log) == boot_id && page_seq(log) >= seq) {
            return number;
        }
    }
    return end;
}

/* Finds the oldest earlier boot from log->tail_page on, and drops what cannot be read before it. */
static void find_older(hip_log *log)
{
    uint32_t end = log->head_of_boot ? log->first_page : log->next_page;
    memset(&log->older, 0, sizeof log->older);
    for (uint32_t number = log->tail_page; number < end; number++) {
        if (!read_page(log, number)) {
            continue;
        }
        if (log->older.boot_id == 0) {
            log->tail_page = number;
            log->older.boot_id = page_boot(log);
            log->older.tail = page_seq(log);
        } else if (page_boot(log) != log->older.boot_id) {
            break;
        }
        log->older.head = page_seq(log) + 1u;
        log->older.utc_at_tick_zero_ns = hip_get(log->page + AT_UTC, 6) * NS_PER_MS;
        log->older_end = number + 1u;
    }
    if (log->older.boot_id == 0) {
        log->tail_page = end;
    }
}

int hip_log_open(hip_log *log, const hip_flash *flash, uint32_t boot_id)
{
    uint32_t newest_boot = 0, n_back = 0, oldest;
    memset(log, 0, sizeof *log);
    log->flash = *flash;
    log->n_pages = flash->n_sectors * HIP_SECTOR_PAGES;
    for (uint32_t slot = 0; slot < log->n_pages; slot++) {
        if (flash->read(flash->context, slot * HIP_PAGE_BYTES, log->page, HIP_PAGE_BYTES) != 0) {
            return -1;
        }
        uint32_t number = (uint32_t)hip_get(log->page, 4);
        if (number % log->n_pages == slot && number >= log->next_page && number != UINT32_MAX
            && hip_get(log->page + AT_CRC, 4) == page_crc(log->page)) {
            log->next_page = number + 1u;
            newest_boot = page_boot(log);
            n_back = (uint32_t)hip_get(log->page + AT_BACK, 2);
        }
    }
    log->boot_id = boot_id;
    while (log->boot_id == 0 || log->boot_id == newest_boot) {
        log->boot_id++;
    }
    oldest = log->next_page > log->n_pages ? log->next_page - log->n_pages : 0;
    if (log->next_page != 0) {
        log->tail_page = log->next_page - 1u >= n_back ? log->next_page - 1u - n_back : 0;
    }
    log->tail_page = log->tail_page < oldest ? oldest : log->tail_page;
    log->first_page = log->next_page;
    find_older(log);
    return 0;
}

/* Lets go of the pages before `oldest`, which are about to be erased. */
static void overwrite(hip_log *log, uint32_t oldest)
{
    log->tail_page = oldest;
    if (log->older.boot_id != 0) {
        find_older(log);
    }
    if (log->older.boot_id == 0 && log->head_of_boot != 0) {
        log->tail_page = seek(log, oldest > log->tail_page ? oldest : log->tail_page,
                              log->next_page, log->boot_id, log->tail_of_boot);
        log->tail_of_boot = log->tail_page < log->next_page ? page_seq(log) : log->head_of_boot;
    }
}

/* Makes the next page ready: erases its sector when it is the first of one, and steps over pages
 * that are not blank because power was cut while one was written. */
static int make_room(hip_log *log)
{
    for (uint32_t n_tried = 0; n_tried < log->n_pages; n_tried++) {
        uint32_t address = address_of(log, log->next_page);
        int is_ready = 1;
        if (address % HIP_SECTOR_BYTES == 0) {
            uint32_t oldest = log->next_page + HIP_SECTOR_PAGES;
            oldest = oldest > log->n_pages ? oldest - log->n_pages : 0;
            if (log->tail_page < oldest) {
                overwrite(log, oldest);
            }
            is_ready = log->flash.erase(log->flash.context, address) == 0;
        }
        if (is_ready && log->flash.read(log->flash.context, address, log->page,
                                        HIP_PAGE_BYTES) == 0
            && is_blank(log->page, HIP_PAGE_BYTES)) {
            return 0;
        }
        log->next_page++;
    }
    return -1;
}

int hip_log_append(hip_log *log, const uint8_t *block, size_t n_bytes)
{
    for (unsigned n_tried = 0; n_tried < 2u * HIP_SECTOR_PAGES; n_tried++) {
        uint32_t number, back;
        if (make_room(log) != 0) {
            return -1;
        }
        number = log->next_page;
        back = log->head_of_boot || log->older.boot_id ? number - log->tail_page : 0;
        memset(log->page, 0xff, HIP_PAGE_BYTES);
        hip_put(log->page + AT_NUMBER, number, 4);
        hip_put(log->page + AT_BACK, back, 2);
        hip_put(log->page + AT_UTC, log->utc_at_tick_zero_ns / NS_PER_MS, 6);
        memcpy(log->page + HIP_FRAME_BYTES, block, n_bytes);
        log->page[AT_LENGTH] = (uint8_t)(n_bytes - HIP_HEADER_BYTES);
        hip_put(log->page + AT_CRC, page_crc(log->page), 4);
        log->next_page++; /* a page that failed is never tried again before it is erased */
        if (log->flash.program(log->flash.context, address_of(log, number), log->page,
                               HIP_PAGE_BYTES) == 0
            && read_page(log, number)) {
            if (log->head_of_boot == 0) {
                log->first_page = number;
                if (log->older.boot_id == 0) {
                    log->tail_page = number;
                }
            }
            log->head_of_boot++;
            return 0;
        }
    }
    return -1;
}

size_t hip_log_read(hip_log *log, uint32_t boot_id, uint32_t seq, uint8_t *to)
{
    uint32_t from, end, tail;
    if (boot_id == log->boot_id && seq >= log->tail_of_boot && seq < log->head_of_boot) {
        from = log->first_page + seq;
        end = log->next_page;
        tail = log->next_page > log->n_pages ? log->next_page - log->n_pages : 0;
    } else if (boot_id == log->older.boot_id && seq >= log->older.tail && seq < log->older.head) {
        from = log->tail_page + (seq - log->older.tail);
        end = log->older_end;
        tail = log->tail_page;
    } else {
        return 0;
    }
    /* no page stands before where it would be had none ever failed */
    if (seek(log, from < tail ? tail : from, end, boot_id, seq) == end || page_seq(log) != seq) {
        return 0;
    }
    size_t n_bytes = HIP_HEADER_BYTES + log->page[AT_LENGTH];
    memcpy(to, log->page + HIP_FRAME_BYTES, n_bytes);
    to[3] = 0;
    return n_bytes;
}

void hip_log_acknowledge(hip_log *log, uint32_t boot_id, uint32_t up_to)
{
    if (boot_id == log->boot_id) {
        up_to = up_to < log->head_of_boot ? up_to : log->head_of_boot;
        if (up_to > log->tail_of_boot) {
            log->tail_of_boot = up_to;
        }
    } else if (boot_id == log->older.boot_id && boot_id != 0 && up_to > log->older.tail) {
        log->tail_page = seek(log, log->tail_page, log->older_end, boot_id, up_to);
        find_older(log);
    }
    if (log->older.boot_id == 0) {
        log->tail_page = log->tail_of_boot < log->head_of_boot
            ? seek(log, log->tail_page, log->next_page, log->boot_id, log->tail_of_boot)
            : log->next_page;
    }
}
