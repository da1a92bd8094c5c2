#include "tests/unit/connectors/http/coded_text.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace rowprint::test {
namespace {

constexpr int kGzip = MAX_WBITS + 16;

std::string gzip(std::string_view text, std::size_t every) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error{"zlib does not begin"};
  }
  std::string coded(deflateBound(&stream, text.size()) + 16 * (text.size() / every + 2), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  int outcome = Z_OK;
  while (outcome == Z_OK) {
    const std::string_view piece = text.substr(0, every);
    text.remove_prefix(piece.size());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
    outcome = deflate(&stream, text.empty() ? Z_FINISH : Z_FULL_FLUSH);
  }
  coded.resize(stream.total_out);
  deflateEnd(&stream);
  return coded;
}

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
using Context = std::unique_ptr<ZSTD_CCtx, Free>;

std::string zstd(Context context, std::string_view text, std::size_t every) {
  std::string coded(ZSTD_compressBound(text.size()) + 64 * (text.size() / every + 2), '\0');
  ZSTD_outBuffer out{coded.data(), coded.size(), 0};
  bool more = true;
  while (more) {
    const std::string_view piece = text.substr(0, every);
    text.remove_prefix(piece.size());
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    more = !text.empty();
    if (ZSTD_compressStream2(context.get(), &out, &in, more ? ZSTD_e_flush : ZSTD_e_end) != 0) {
      throw std::runtime_error{"zstd has no room"};
    }
  }
  coded.resize(out.pos);
  return coded;
}

}  // namespace

std::string coded(std::string_view text, ContentCoding coding) {
  return coded_with_flushes(text, coding, std::max<std::size_t>(text.size(), 1));
}

std::string coded_with_flushes(std::string_view text, ContentCoding coding, std::size_t every) {
  if (coding == ContentCoding::gzip) {
    return gzip(text, every);
  }
  Context context{ZSTD_createCCtx()};
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  return zstd(std::move(context), text, every);
}

std::string zstd_with_window(std::string_view text, int bits) {
  Context context{ZSTD_createCCtx()};
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, bits);
  return zstd(std::move(context), text, std::max<std::size_t>(text.size() / 2, 1));
}

StreamOutcome read_all(ByteStream& stream, std::size_t room) {
  return wait(decoding_pool(), read_to_end(stream, room));
}

}  // namespace rowprint::test
