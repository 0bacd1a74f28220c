/**
 * For tests of programs that read images: makes damaged images, maps them in every way, touches all
 * that is in them, and compares graphs. Everything by chance depends on a seed alone.
 *
 * <pre>{@code
 * DamagedImages images = new DamagedImages(Files.readAllBytes(sound));
 * for (long seed = 0; seed < 10_000; seed++) {
 *   DamagedImages.Damaged damaged = images.mutant(seed);
 *   Files.write(path, damaged.bytes());
 *   for (LinkMode mode : LinkMode.values()) {
 *     try (MarshalImage image = mode.map(path)) {
 *       myInterpreter.load(image);
 *     } catch (MarshalFormatException e) {
 *       // Refused, as it should be.
 *     }
 *   }
 * }
 * }</pre>
 */
package org.marshalimage.testkit;
