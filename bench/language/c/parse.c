// Counterpart of programs/parse.ts.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ipv4_header {
    uint8_t version_and_length, type_of_service;
    uint16_t total_length, identification, fragment;
    uint8_t time_to_live, protocol;
    uint16_t checksum;
    uint32_t source, destination;
} __attribute__((packed));

struct tcp_header {
    uint16_t source_port, destination_port;
    uint32_t sequence, acknowledgment;
    uint16_t offset_and_flags, window, checksum, urgent;
} __attribute__((packed));

enum parse_error { NONE, SHORT, BAD_VERSION, BAD_CHECKSUM, NOT_TCP };

struct segment {
    uint32_t source, destination;
    uint16_t source_port, destination_port;
    uint32_t sequence;
    uint8_t flags;
    uint16_t maximum_segment_size;
};

static uint16_t ntoh16(uint16_t value) { return __builtin_bswap16(value); }
static uint32_t ntoh32(uint32_t value) { return __builtin_bswap32(value); }

static uint16_t sum_words(const uint8_t *data, size_t length) {
    uint64_t sum = 0;
    for (size_t i = 0; i + 1 < length; i += 2) {
        uint16_t word;
        memcpy(&word, data + i, 2);
        sum += word;
    }
    if (length % 2) sum += data[length - 1];
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static uint16_t segment_size_option(const uint8_t *options, size_t count) {
    uint16_t value = 536;
    size_t i = 0;
    while (i < count) {
        uint8_t kind = options[i];
        if (kind == 0) break;
        if (kind == 1) {
            i++;
            continue;
        }
        if (i + 1 >= count) break;
        size_t length = options[i + 1];
        if (length < 2 || i + length > count) break;
        if (kind == 2 && length == 4) value = (uint16_t)(options[i + 2] << 8 | options[i + 3]);
        i += length;
    }
    return value;
}

static enum parse_error parse(const uint8_t *packet, size_t length, struct segment *into,
                              const uint8_t **payload, size_t *payload_length) {
    if (length < 20) return SHORT;
    const struct ipv4_header *ip = (const struct ipv4_header *)packet;
    if (ip->version_and_length >> 4 != 4) return BAD_VERSION;
    size_t header_length = (size_t)(ip->version_and_length & 15) * 4;
    size_t total = ntoh16(ip->total_length);
    if (header_length < 20 || total < header_length || total > length) return SHORT;
    if (sum_words(packet, header_length) != 0xffff) return BAD_CHECKSUM;
    if (ip->protocol != 6) return NOT_TCP;
    if (total - header_length < 20) return SHORT;
    const struct tcp_header *tcp = (const struct tcp_header *)(packet + header_length);
    uint16_t offset_and_flags = ntoh16(tcp->offset_and_flags);
    size_t data_offset = (size_t)(offset_and_flags >> 12) * 4;
    if (data_offset < 20 || header_length + data_offset > total) return SHORT;
    into->source = ntoh32(ip->source);
    into->destination = ntoh32(ip->destination);
    into->source_port = ntoh16(tcp->source_port);
    into->destination_port = ntoh16(tcp->destination_port);
    into->sequence = ntoh32(tcp->sequence);
    into->flags = offset_and_flags & 0x3f;
    into->maximum_segment_size =
        segment_size_option(packet + header_length + 20, data_offset - 20);
    *payload = packet + header_length + data_offset;
    *payload_length = total - header_length - data_offset;
    return NONE;
}

static struct segment segment;

uint64_t parse_c(const uint8_t *at, size_t length, uint64_t rounds) {
    enum { PACKET_BYTES = 64 };
    uint64_t sum = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        for (size_t start = 0; start + PACKET_BYTES <= length; start += PACKET_BYTES) {
            const uint8_t *payload;
            size_t payload_length;
            if (parse(at + start, PACKET_BYTES, &segment, &payload, &payload_length) != NONE) {
                return 0;
            }
            sum += payload_length + segment.source_port + segment.sequence;
            sum += (uint64_t)segment.maximum_segment_size + segment.flags + segment.source;
        }
    }
    return sum;
}
