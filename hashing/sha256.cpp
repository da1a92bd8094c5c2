#include "hashing/sha256.hpp"

#include <openssl/evp.h>

#include <new>
#include <stdexcept>

namespace rowprint::hashing {
namespace {

// Fetched once: an implicit fetch on each initialisation costs more than the digest of a row.
const EVP_MD* algorithm() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> fetched{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                       &EVP_MD_free};
  if (!fetched) {
    throw std::runtime_error{"OpenSSL provides no SHA-256"};
  }
  return fetched.get();
}

EVP_MD_CTX* as_context(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

void require(int outcome) {
  if (outcome != 1) {
    throw std::runtime_error{"OpenSSL failed to compute SHA-256"};
  }
}

void* new_context() {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  if (context == nullptr) {
    throw std::bad_alloc{};
  }
  return context;
}

}  // namespace

void Sha256::Free::operator()(void* context) const {
  EVP_MD_CTX_free(as_context(context));
}

Sha256::Sha256() : context_(new_context()) {
  require(EVP_DigestInit_ex2(as_context(context_.get()), algorithm(), nullptr));
}

Sha256::Sha256(const Sha256& other) : context_(new_context()) {
  require(EVP_MD_CTX_copy_ex(as_context(context_.get()), as_context(other.context_.get())));
}

Sha256& Sha256::operator=(const Sha256& other) {
  if (this != &other) {
    *this = Sha256{other};
  }
  return *this;
}

void Sha256::update(ByteView bytes) {
  require(EVP_DigestUpdate(as_context(context_.get()), bytes.data(), bytes.size()));
}

Digest Sha256::finish() {
  Digest digest;
  require(EVP_DigestFinal_ex(as_context(context_.get()), digest.data(), nullptr));
  require(EVP_DigestInit_ex2(as_context(context_.get()), nullptr, nullptr));
  return digest;
}

Digest Sha256::of(ByteView bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

}  // namespace rowprint::hashing
