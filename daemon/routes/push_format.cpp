#include "daemon/routes/push_format.hpp"

#include "connectors/http/media_type.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

namespace rowprint::daemon {
namespace {

constexpr std::string_view kAnyBytes = "application/octet-stream";

bool is_utf8_charset(std::string_view charset) {
  return std::ranges::equal(charset, std::string_view{"utf-8"},
                            [](char c, char wanted) { return c == wanted || (c ^ 0x20) == wanted; }) ||
         charset == "utf8";
}

}  // namespace

tl::expected<RowFormat, PushRefusal> parse_push_format(std::string_view content_type, const Request& request) {
  const auto named = request.parameter("format");
  const std::optional<RowFormat> wanted = named ? parse_row_format(*named) : std::nullopt;
  if (named && !wanted) {
    return refuse_push(
        400, fmt::format("format is \"{}\", and must be one of {}", *named, fmt::join(row_format_names(), ", ")));
  }
  const auto type = parse_media_type(content_type);
  if (!type && !content_type.empty()) {
    return refuse_push(415, fmt::format("the content type {}", type.error().reason));
  }
  if (content_type.empty() || type->name == kAnyBytes) {
    return wanted ? tl::expected<RowFormat, PushRefusal>{*wanted}
                  : refuse_push(415, fmt::format("the content type is \"{}\", and must be one of {}; or say ?format=",
                                                 content_type, fmt::join(row_format_media_types(), ", ")));
  }
  const auto format = row_format_of_media_type(type->name);
  if (!format) {
    return refuse_push(415, fmt::format("the content type is \"{}\", and must be one of {}", type->name,
                                        fmt::join(row_format_media_types(), ", ")));
  }
  if (wanted && *wanted != *format) {
    return refuse_push(415, fmt::format("the content type is \"{}\", and format is \"{}\"", type->name, *named));
  }
  if (const auto charset = type->parameter("charset"); charset && !is_utf8_charset(*charset)) {
    return refuse_push(415, fmt::format("the charset is \"{}\", and must be utf-8", *charset));
  }
  return *format;
}

tl::expected<RowFormat, PushRefusal> parse_file_format(const FormPart& file, const Request& request) {
  const auto type = parse_media_type(file.content_type);
  if (type && row_format_of_media_type(type->name)) {
    return parse_push_format(file.content_type, request);
  }
  if (request.parameter("format")) {
    return parse_push_format({}, request);
  }
  if (const auto format = row_format_of_ending(*file.file_name)) {
    return *format;
  }
  return refuse_push(415,
                     fmt::format("neither the content type of the form's file (\"{}\") nor its name (\"{}\") says its "
                                 "format; say it in a field format before the file",
                                 file.content_type, *file.file_name));
}

tl::expected<RowsFormat, PushRefusal> parse_format_options(RowFormat format, std::string_view content_type,
                                                           const Request& request, const Schema& declared) {
  FormatOptions options;
  for (const std::string_view name : FormatOptions::names()) {
    options.at(name) = request.parameter(name);
  }
  const bool is_text = format == RowFormat::csv || format == RowFormat::tsv;
  if (const auto type = parse_media_type(content_type); type && is_text) {
    const auto header = type->parameter("header");
    if (header && options.header && *options.header != *header) {
      return refuse_push(400,
                         fmt::format("header is \"{}\", and \"{}\" in the content type", *options.header, *header));
    }
    options.header = header ? std::optional<std::string>{*header} : options.header;
  }
  auto rows = make_rows_format(format, options, declared);
  if (!rows) {
    return refuse_push(400, std::move(rows.error().reason));
  }
  return *std::move(rows);
}

}  // namespace rowprint::daemon
