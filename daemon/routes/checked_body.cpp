#include "daemon/routes/checked_body.hpp"

#include "ingest/model/ascii.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <string>
#include <utility>

namespace rowprint::daemon {
namespace {

Result<DigestField> parse(std::string_view name, std::string_view value) {
  auto field = parse_digest_field(value);
  if (!field) {
    field.error().reason = fmt::format("{} is malformed: {}", name, field.error().reason);
  }
  return field;
}

bool names_digest(std::string_view trailer) {
  while (!trailer.empty()) {
    const std::string_view name = trailer.substr(0, trailer.find(','));
    trailer.remove_prefix(std::min(name.size() + 1, trailer.size()));
    if (std::ranges::any_of(kDigestFields,
                            [name](std::string_view field) { return equal_ignoring_case(field, trimmed(name)); })) {
      return true;
    }
  }
  return false;
}

template <typename Digest>
Result<void> compare(std::string_view name, std::string_view algorithm, const std::optional<Digest>& said,
                     const std::optional<Digest>& computed) {
  if (!said || said == computed) {
    return {};
  }
  if (!computed) {
    return fail(ErrorCode::bad_input,
                fmt::format("{} came as a trailer that no Trailer field announced, behind more than {} bytes: its {} "
                            "cannot be checked",
                            name, CheckedBody::kUnannouncedBytesMax, algorithm));
  }
  return fail(ErrorCode::bad_input, fmt::format("{} does not match: the {} of the body is {}, not {}", name, algorithm,
                                                format_digest(*computed), format_digest(*said)));
}

}  // namespace

Result<PromisedDigests> parse_promised_digests(const Request& request) {
  PromisedDigests promised;
  for (std::size_t i = 0; i < kDigestFields.size(); ++i) {
    if (const auto value = request.joined_header(kDigestFields[i])) {
      const auto field = parse(kDigestFields[i], *value);
      if (!field) {
        return fail(field.error());
      }
      promised.in_head[i] = *field;
    }
  }
  promised.trailers_possible = request.header("transfer-encoding").has_value();
  promised.trailers_announced = names_digest(request.joined_header("trailer").value_or(""));
  return promised;
}

CheckedBody::CheckedBody(std::unique_ptr<Body> body, PromisedDigests promised, bool& refused)
    : body_(std::move(body)), promised_(promised), refused_(refused) {
  const auto& head = promised_.in_head;
  if (promised_.trailers_possible ||
      std::ranges::any_of(head, [](const DigestField& field) { return field.sha256.has_value(); })) {
    sha256_.emplace();
  }
  if (promised_.trailers_possible ||
      std::ranges::any_of(head, [](const DigestField& field) { return field.sha512.has_value(); })) {
    sha512_.emplace();
  }
}

awaitable<Result<std::size_t>> CheckedBody::read(std::span<std::uint8_t> into) {
  if (!outcome_) {
    auto got = co_await body_->read(into);
    if (!got || *got != 0) {
      hash(into.first(got.value_or(0)));
      co_return got;
    }
    outcome_ = check();
    refused_ = !*outcome_;
  }
  co_return *outcome_ ? Result<std::size_t>{0} : Result<std::size_t>{fail(outcome_->error())};
}

void CheckedBody::hash(hashing::ByteView bytes) {
  bytes_ += bytes.size();
  if (bytes_ > kUnannouncedBytesMax && promised_.trailers_possible && !promised_.trailers_announced) {
    promised_.trailers_possible = false;
    const auto& head = promised_.in_head;
    if (std::ranges::none_of(head, [](const DigestField& field) { return field.sha256.has_value(); })) {
      sha256_.reset();
    }
    if (std::ranges::none_of(head, [](const DigestField& field) { return field.sha512.has_value(); })) {
      sha512_.reset();
    }
  }
  if (sha256_) {
    sha256_->update(bytes);
  }
  if (sha512_) {
    sha512_->update(bytes);
  }
}

Result<void> CheckedBody::check() {
  if (sha256_) {
    computed_.sha256 = sha256_->finish();
  }
  if (sha512_) {
    computed_.sha512 = sha512_->finish();
  }
  for (std::size_t i = 0; i < kDigestFields.size(); ++i) {
    if (auto checked = check_field(kDigestFields[i], promised_.in_head[i]); !checked) {
      return checked;
    }
    if (const auto trailer = body_->trailer(kDigestFields[i])) {
      const auto field = parse(kDigestFields[i], *trailer);
      if (!field) {
        return fail(field.error());
      }
      if (auto checked = check_field(kDigestFields[i], *field); !checked) {
        return checked;
      }
    }
  }
  return {};
}

Result<void> CheckedBody::check_field(std::string_view name, const DigestField& field) const {
  if (auto checked = compare(name, "sha-256", field.sha256, computed_.sha256); !checked) {
    return checked;
  }
  return compare(name, "sha-512", field.sha512, computed_.sha512);
}

}  // namespace rowprint::daemon
