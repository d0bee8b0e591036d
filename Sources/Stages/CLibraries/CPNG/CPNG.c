#include "CPNG.h"
#include <png.h>
#include <stdlib.h>
#include <string.h>

const char *cpng_version(void) { return png_get_libpng_ver(NULL); }

/* Ancillary chunks (text, profiles) are of no use here; none may take more memory than this. */
static const png_alloc_size_t chunk_bytes = 8u << 20;

static void fail(png_structp png, png_const_charp text) {
  char *message = png_get_error_ptr(png);
  strncpy(message, text, CPNG_MESSAGE - 1);
  message[CPNG_MESSAGE - 1] = 0;
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

struct source {
  const uint8_t *bytes;
  size_t left;
};

static void read_bytes(png_structp png, png_bytep to, png_size_t count) {
  struct source *source = png_get_io_ptr(png);
  if (count > source->left) png_error(png, "the file ends early");
  memcpy(to, source->bytes, count);
  source->bytes += count;
  source->left -= count;
}

int cpng_decode(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int channels,
                uint8_t *pixels, char message[CPNG_MESSAGE]) {
  struct source source = {bytes, count};
  message[0] = 0;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, fail, ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info || setjmp(png_jmpbuf(png))) {
    if (!info) strncpy(message, "libpng could not start", CPNG_MESSAGE - 1);
    png_destroy_read_struct(&png, &info, NULL);
    return -1;
  }
  png_set_read_fn(png, &source, read_bytes);
  png_set_user_limits(png, width, height);
  png_set_chunk_malloc_max(png, chunk_bytes);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
    png_error(png, "the size differs from the header's");

  int colour = png_get_color_type(png, info);
  if (channels == 1 && (colour & PNG_COLOR_MASK_COLOR))
    png_error(png, "it holds colour where one channel is wanted");
  if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (!(colour & PNG_COLOR_MASK_COLOR)) {
    if (png_get_bit_depth(png, info) < 8) png_set_expand_gray_1_2_4_to_8(png);
    if (channels == 3) png_set_gray_to_rgb(png);
  }
  png_set_scale_16(png);
  png_set_strip_alpha(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t row = (size_t)width * (size_t)channels;
  if (png_get_rowbytes(png, info) != row) png_error(png, "its rows have an unexpected length");
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t y = 0; y < height; y++) png_read_row(png, pixels + y * row, NULL);
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  return 0;
}

struct sink {
  uint8_t *bytes;
  size_t count, room;
};

static void write_bytes(png_structp png, png_bytep from, png_size_t count) {
  struct sink *sink = png_get_io_ptr(png);
  if (count > sink->room - sink->count) {
    size_t room = sink->room * 2 + count + 4096;
    uint8_t *bytes = realloc(sink->bytes, room);
    if (!bytes) png_error(png, "out of memory");
    sink->bytes = bytes;
    sink->room = room;
  }
  memcpy(sink->bytes + sink->count, from, count);
  sink->count += count;
}

static void flush_bytes(png_structp png) { (void)png; }

int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                uint8_t **bytes, size_t *count, char message[CPNG_MESSAGE]) {
  struct sink sink = {NULL, 0, 0};
  message[0] = 0;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, fail, ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info || setjmp(png_jmpbuf(png))) {
    if (!info) strncpy(message, "libpng could not start", CPNG_MESSAGE - 1);
    png_destroy_write_struct(&png, &info);
    free(sink.bytes);
    return -1;
  }
  png_set_write_fn(png, &sink, write_bytes, flush_bytes);
  png_set_IHDR(png, info, width, height, 8, channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  /* Spelled out, so that another default of the library does not change the bytes. */
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_set_compression_level(png, 6);
  png_set_compression_mem_level(png, 8);
  png_set_compression_window_bits(png, 15);
  png_set_compression_strategy(png, 1 /* Z_FILTERED */);
  png_write_info(png, info);
  size_t row = (size_t)width * (size_t)channels;
  for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + y * row);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  *bytes = sink.bytes;
  *count = sink.count;
  return 0;
}

void cpng_release(uint8_t *bytes) { free(bytes); }
