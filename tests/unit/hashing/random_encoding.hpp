#pragma once

#include "hashing/canonical.hpp"
#include "hashing/canonical_reader.hpp"
#include "tests/support/random.hpp"

#include <string>

namespace rowprint::hashing {

/// Appends one random value through the primitives: every kind, edges of every head, lists and maps inside.
void put_random(ByteBuffer& out, test::Random& random, int depth_max = 4);
/// A row of up to 12 columns of such values.
void put_random_row(ByteBuffer& out, test::Random& random);

std::string random_text(test::Random& random);
double random_double(test::Random& random);
std::string random_digits(test::Random& random, std::size_t size_max);

/// Puts what `item` is once more. A list or a map puts its head.
Refusal put_item(ByteBuffer& out, const Item& item);

}  // namespace rowprint::hashing
