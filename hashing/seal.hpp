#pragma once

#include "hashing/digest.hpp"

#include <cstdint>
#include <string_view>

namespace rowprint::hashing {

constexpr std::string_view kSequenceDomain{"rowprint/rp1/sequence\0", 22};
constexpr std::string_view kMultisetDomain{"rowprint/rp1/multiset\0", 22};

/// SHA-256(domain || schema digest || row count, 64 bits big-endian || root): binds rows to their schema and number.
Digest seal(std::string_view domain, const Digest& schema, std::uint64_t rows, const Digest& root);

}  // namespace rowprint::hashing
