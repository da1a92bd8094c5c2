#include "ingest/source.hpp"

namespace rowprint {

const Schema& Source::declared() const {
  static const Schema kNothing;
  return kNothing;
}

}  // namespace rowprint
