// SPDX-License-Identifier: Apache-2.0
#include "crypto/known_answers.h"

namespace jvpn {
namespace {

constexpr KnownAnswer kKnownAnswers[] = {
    {.name = "AES-256-GCM, test case 13 of the GCM specification",
     .primitive = Primitive::aes_256_gcm,
     .key = "0000000000000000000000000000000000000000000000000000000000000000",
     .nonce = "000000000000000000000000",
     .aad = "",
     .input = "",
     .expected = "530f8afbc74536b9a963b4f1c4cb738b"},
    {.name = "AES-256-GCM, test case 14 of the GCM specification",
     .primitive = Primitive::aes_256_gcm,
     .key = "0000000000000000000000000000000000000000000000000000000000000000",
     .nonce = "000000000000000000000000",
     .aad = "",
     .input = "00000000000000000000000000000000",
     .expected = "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {.name = "AES-256-GCM, test case 15 of the GCM specification",
     .primitive = Primitive::aes_256_gcm,
     .key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     .nonce = "cafebabefacedbaddecaf888",
     .aad = "",
     .input = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf"
              "0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     .expected =
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
         "8b1056828838c5f61e6393ba7a0abcc9f662898015adb094dac5d93471bdec1a502270e3cc6c"},
    {.name = "AES-256-GCM, test case 16 of the GCM specification",
     .primitive = Primitive::aes_256_gcm,
     .key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     .nonce = "cafebabefacedbaddecaf888",
     .aad = "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     .input = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf"
              "0e2449a6b525b16aedf5aa0de657ba637b39",
     .expected =
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
         "8b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
    {.name = "ChaCha20-Poly1305, RFC 8439 section 2.8.2",
     .primitive = Primitive::chacha20_poly1305,
     .key = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     .nonce = "070000004041424344454647",
     .aad = "50515253c0c1c2c3c4c5c6c7",
     .input = "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a20"
              "4966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f722074686520"
              "6675747572652c2073756e73637265656e20776f756c642062652069742e",
     .expected =
         "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fa"
         "fb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4"
         "fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecb"
         "d0600691"},
    {.name = "XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03 section A.3.1",
     .primitive = Primitive::xchacha20_poly1305,
     .key = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     .nonce = "404142434445464748494a4b4c4d4e4f5051525354555657",
     .aad = "50515253c0c1c2c3c4c5c6c7",
     .input = "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a20"
              "4966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f722074686520"
              "6675747572652c2073756e73637265656e20776f756c642062652069742e",
     .expected =
         "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3"
         "a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2b"
         "c369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8"
         "780acf49"},
    {.name = "X25519, RFC 7748 section 5.2, first vector",
     .primitive = Primitive::x25519,
     .key = "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
     .nonce = "",
     .aad = "",
     .input = "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
     .expected = "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
    {.name = "X25519, RFC 7748 section 5.2, second vector",
     .primitive = Primitive::x25519,
     .key = "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
     .nonce = "",
     .aad = "",
     .input = "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
     .expected = "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
    {.name = "X25519, RFC 7748 section 6.1",
     .primitive = Primitive::x25519,
     .key = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
     .nonce = "",
     .aad = "",
     .input = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
     .expected = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
    {.name = "X25519 base point, RFC 7748 section 6.1",
     .primitive = Primitive::x25519_base,
     .key = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
     .nonce = "",
     .aad = "",
     .input = "",
     .expected = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"},
    {.name = "key derivation, keyed BLAKE2b-256",
     .primitive = Primitive::derive,
     .key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     .nonce = "",
     .aad = "a0a1",
     .input = "6b6e6f776e20616e73776572",
     .expected = "ba7e3e0c061213e90113ff174faa2335c4bfe52ab12dedc13ec3bdb8776d119c"},
    {.name = "MAC, keyed BLAKE2b-128",
     .primitive = Primitive::mac,
     .key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     .nonce = "",
     .aad = "",
     .input = "616263",
     .expected = "1a64be47e4729d951c302ee543f97cf3"},
    {.name = "hash, BLAKE2b-256",
     .primitive = Primitive::hash,
     .key = "",
     .nonce = "",
     .aad = "",
     .input = "616263",
     .expected = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
    {.name = "hash, SHA-256",
     .primitive = Primitive::sha256,
     .key = "",
     .nonce = "",
     .aad = "",
     .input = "616263",
     .expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {.name = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b handshake",
     .primitive = Primitive::noise,
     .key = "111111111111111111111111111111111111111111111111111111111111111122222222222222222222"
            "222222222222222222222222222222222222222222223333333333333333333333333333333333333333"
            "333333333333333333333333444444444444444444444444444444444444444444444444444444444444"
            "44445555555555555555555555555555555555555555555555555555555555555555",
     .nonce = "",
     .aad = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526272829"
            "2a2b2c2d2e2f6465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f8081828384858687"
            "88898a8b8c8d8e8f90919293",
     .input = "6a76706e206b6e6f776e20616e73776572",
     .expected =
         "0faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20568f87fd306a7af0ccb0"
         "1335eb896252bb18ad4546ab60a337c77ae60e045fc73279c6b15969dff8d7100b559ea70eb4ad6e6d2e"
         "911d1abecff56a97a943f4e4b55a648a0caed7d0e2fe555e6bf822b22b9b8ec0260cd55ab6d29bc23909"
         "d7da6e29b8759bc5876bc8677d1abe284a56ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf"
         "2419731c1fff3e6b7b461d95f2822e2506fcfb287b3de73551d5f9436d6aa24256cd11325fd56355f8d8"
         "98b57a69f56c2150bbfd9a80f30d75696b5a0e129e51eb6706467c6249ec5640efadb20a14ddc4c35988"
         "309ec0595341c418a0be1c88f99fe2fca56d929d3665bdf79b6c495b699a3adf1b272c2c6ec592a3982e"
         "e5fcc2ad1701ca89bf4e"},
};

}  // namespace

std::span<const KnownAnswer> known_answers() {
  return kKnownAnswers;
}

}  // namespace jvpn
