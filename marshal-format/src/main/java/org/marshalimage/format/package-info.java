/**
 * The image format, version {@value org.marshalimage.format.HeaderLayout#VERSION}: this page is its
 * specification.
 *
 * <p>An image is one file that holds a graph of Python objects with its memory layout. It is
 * contiguous and position-independent, and a reader maps it and works on it as it lies. The classes
 * of this package hold the numbers; a test compares every row below with its constant.
 *
 * <pre>
 *          +-----------------------------+
 *  0       | header                      |  what the file is, how long, prelinked for what
 *          | section table               |
 *          +-----------------------------+
 *          | DIRECTORY                   |  name of a root -&gt; its segment
 *          | MODULES                     |  one entry for each root, sorted by name
 *          +-----------------------------+
 *          | SHARED                      |  objects that two or more roots use
 *          +-----------------------------+
 *          | SEGMENTS   segment of "a"   |  the objects that "a" alone uses
 *          |            segment of "b"   |
 *          +-----------------------------+
 *          | TYPES                       |  the types that the image has, and their handles
 *          | STRINGS                     |  text of an interned string -&gt; its number
 *          | RECORD_TYPES                |  types of records, if there are any
 *          | EXTERNALS                   |  names of externals, if there are any
 *          | RELOCATIONS                 |  heads and slots, if these are of 8 bytes
 *          +-----------------------------+
 *
 *  an object, a tuple of two, with slots of 4 bytes:
 *
 *          +-------------+-------------+
 *          | count       | size = 2    |  the count is pinned, and holds the object's number
 *          +-------------+-------------+
 *          | type word                 |  the type code '(' or the interpreter's handle
 *          +-------------+-------------+
 *          | slot 0      | slot 1      |  where the items lie
 *          +-------------+-------------+
 * </pre>
 *
 * <h2>Words</h2>
 *
 * <dl>
 *   <dt>image
 *   <dd>The file, or its bytes in memory.
 *   <dt>object
 *   <dd>A head of 16 bytes with what follows it: slots, or data, or both.
 *   <dt>slot
 *   <dd>A field that names another object; the next heading says how.
 *   <dt>type code
 *   <dd>A letter for a kind of object, as in a marshal stream.
 *   <dt>handle
 *   <dd>64 bits that an interpreter has for a type: a pointer, an index.
 *   <dt>type word
 *   <dd>The field that holds one of the two.
 *   <dt>number
 *   <dd>Counts objects from 0; strings and bytes, and code objects, have numbers of their own, too.
 *   <dt>record
 *   <dd>An object of a type that an interpreter defines: a function, a class, …
 *   <dt>external
 *   <dd>What only the running interpreter has, by a name that it knows: a built-in type, …
 *   <dt>root
 *   <dd>An object with a name by which it is found.
 *   <dt>module
 *   <dd>A root that is the code object of a Python module.
 *   <dt>section
 *   <dd>A part of the file that the section table lists.
 *   <dt>segment
 *   <dd>The objects that one root alone uses.
 *   <dt>stretch
 *   <dd>A part of the file in which the objects of one segment lie one behind the other.
 *   <dt>hot, cold
 *   <dd>Of stretches and of parts of SHARED: with what programs touch when they start, or without.
 *   <dt>interned
 *   <dd>Of a string: there is one object for its text in the image, which has a number that may be
 *       kept from one image to the next.
 *   <dt>pinned
 *   <dd>Of a count: no interpreter changes it, and the object is never freed.
 *   <dt>link base
 *   <dd>The address that slots of 8 bytes are relative to.
 *   <dt>to prelink
 *   <dd>To write slots and type words into the file as one process wants them.
 *   <dt>to link in place
 *   <dd>To write them into a private mapping, when objects are first used.
 *   <dt>to relocate
 *   <dd>To add to a slot how far the image lies from its link base.
 *   <dt>truncated
 *   <dd>Of a file: shorter than its header says.
 * </dl>
 *
 * <p>A <em>place</em> is an entry of a hash table, an <em>element</em> one of {@code Attachments};
 * neither is called a slot. A <em>link</em> by itself is one of the file system.
 *
 * <h2>Conventions</h2>
 *
 * <ul>
 *   <li>Numbers are little-endian. {@code u} means unsigned, {@code i} signed, the number behind it
 *       bits. Sizes and offsets are bytes.
 *   <li>Every object, section and segment starts on a multiple of {@value
 *       org.marshalimage.format.HeaderLayout#ALIGNMENT}. All padding and all reserved fields are
 *       zero.
 *   <li>A <em>slot</em> is POINTER_WIDTH bytes that name an object. Of {@value
 *       org.marshalimage.format.HeaderLayout#COMPACT_WIDTH} bytes, it is a u32: the object's offset
 *       from the start of the image, in units of {@value
 *       org.marshalimage.format.HeaderLayout#ALIGNMENT} bytes. Of {@value
 *       org.marshalimage.format.HeaderLayout#ADDRESS_WIDTH} bytes, it is a u64: LINK_BASE plus the
 *       offset, in bytes, which is an address for native code. A slot that is zero names nothing;
 *       only the fields that say so may be empty.
 *   <li>Nothing in a file is believed: a reader checks a value when it first uses it, before it
 *       allocates anything for it.
 * </ul>
 *
 * <h2>Order of the file</h2>
 *
 * <p>Header, section table, properties, DIRECTORY, MODULES, SHARED, SEGMENTS, TYPES, STRINGS; then
 * RECORD_TYPES if the image has records, EXTERNALS if it has externals, and RELOCATIONS if its
 * slots are of 8 bytes. Everything that names and finds a root lies at the front, so that opening
 * an image touches its first pages alone.
 *
 * <table>
 * <caption>Header, {@link org.marshalimage.format.HeaderLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>8</td><td>MAGIC</td><td>89 4D 49 4D 47 0D 0A 1A</td></tr>
 * <tr><td>8</td><td>4</td><td>BYTE_ORDER</td><td>u32, 0x01020304 in the byte order of the image; version 1 is little-endian</td></tr>
 * <tr><td>12</td><td>4</td><td>VERSION</td><td>u32, format version</td></tr>
 * <tr><td>16</td><td>4</td><td>POINTER_WIDTH</td><td>u32, bytes of a slot: 4 or 8</td></tr>
 * <tr><td>20</td><td>4</td><td>HEADER_LENGTH</td><td>u32, bytes of header, section table and properties</td></tr>
 * <tr><td>24</td><td>8</td><td>LENGTH</td><td>u64, bytes of the file</td></tr>
 * <tr><td>32</td><td>8</td><td>LINK_BASE</td><td>u64, the address that the image is prelinked for, a multiple of 4096 such that LINK_BASE + LENGTH is at most 2^47; what slots of 8 bytes are relative to; 0 if there is none</td></tr>
 * <tr><td>40</td><td>32</td><td>IMAGE_ID</td><td>SHA-256 of the bytes from SHARED to the end of the file, then of those from the end of the section table to SHARED, as they are when the image is not prelinked</td></tr>
 * <tr><td>72</td><td>4</td><td>MODULE_COUNT</td><td>u32, number of roots</td></tr>
 * <tr><td>76</td><td>4</td><td>SECTION_COUNT</td><td>u32, entries of the section table</td></tr>
 * <tr><td>80</td><td>4</td><td>STR_COUNT</td><td>u32, number of str objects</td></tr>
 * <tr><td>84</td><td>4</td><td>BYTES_COUNT</td><td>u32, number of bytes objects</td></tr>
 * <tr><td>88</td><td>4</td><td>CODE_COUNT</td><td>u32, number of code objects; their numbers run from 0</td></tr>
 * <tr><td>92</td><td>4</td><td>INTERNED_COUNT</td><td>u32, number of interned str and bytes objects</td></tr>
 * <tr><td>96</td><td>8</td><td>OBJECT_COUNT</td><td>u64, number of objects; their numbers run from 0 in the order of the file</td></tr>
 * <tr><td>104</td><td>8</td><td>TYPES_FINGERPRINT</td><td>u64: of an image that is prelinked for handles {@link org.marshalimage.format.HashLayout#foldChecksum} over type code and handle of each type of the interpreter in turn, by type code, then over {@link org.marshalimage.format.HashLayout#hash} of the name, version and handle of each type of record that it has bound by name, by name and version; else 0</td></tr>
 * <tr><td>112</td><td>4</td><td>PROPERTIES_LENGTH</td><td>u32, bytes of the properties, at most {@value org.marshalimage.format.PropertiesLayout#MAX_LENGTH}; 0 if there are none</td></tr>
 * <tr><td>116</td><td>4</td><td>SHARED_HOT</td><td>u32, where the hot part of SHARED starts, in units of 8 bytes; it reaches to the end of SHARED and may be empty; 0 if the image is not laid out by a start</td></tr>
 * <tr><td>120</td><td>8</td><td>CHECKSUM</td><td>{@link org.marshalimage.format.HashLayout#foldChecksum} over the u64 words of header, section table and properties, this one left out</td></tr>
 * <tr><td>128</td><td>SECTION_COUNT * 32</td><td>SECTIONS</td><td>the section table</td></tr>
 * </table>
 *
 * <table>
 * <caption>Section table entry, {@link org.marshalimage.format.SectionLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>4</td><td>KIND</td><td>u32: {@value org.marshalimage.format.SectionLayout#DIRECTORY} DIRECTORY, {@value org.marshalimage.format.SectionLayout#MODULES} MODULES, {@value org.marshalimage.format.SectionLayout#SHARED} SHARED, {@value org.marshalimage.format.SectionLayout#SEGMENTS} SEGMENTS, {@value org.marshalimage.format.SectionLayout#TYPES} TYPES, {@value org.marshalimage.format.SectionLayout#STRINGS} STRINGS, each once; then {@value org.marshalimage.format.SectionLayout#RECORD_TYPES} RECORD_TYPES, {@value org.marshalimage.format.SectionLayout#EXTERNALS} EXTERNALS and {@value org.marshalimage.format.SectionLayout#RELOCATIONS} RELOCATIONS, each at most once; in this order; a reader passes over others</td></tr>
 * <tr><td>4</td><td>4</td><td>RESERVED</td><td>reserved</td></tr>
 * <tr><td>8</td><td>8</td><td>START</td><td>u64, offset of the section</td></tr>
 * <tr><td>16</td><td>8</td><td>LENGTH</td><td>u64, bytes of the section</td></tr>
 * <tr><td>24</td><td>8</td><td>CHECKSUM</td><td>u64, CRC-32C of the section</td></tr>
 * </table>
 *
 * <p>Properties tell by what an image was made, and for what: names and texts, sorted by the bytes
 * of the names, which differ and are not empty. They follow the section table.
 *
 * <table>
 * <caption>Properties, {@link org.marshalimage.format.PropertiesLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>4</td><td>COUNT</td><td>u32, number of properties, at least 1</td></tr>
 * <tr><td>4</td><td>any</td><td>ENTRIES</td><td>of each property a u32, the bytes of its name, a u32, the bytes of its text, and then both in UTF-8; zeros up to the alignment behind the last</td></tr>
 * </table>
 *
 * <p>DIRECTORY is a perfect hash from a root's name to its segment, with as many buckets as roots,
 * {@link org.marshalimage.format.HashLayout}: constant time, at most two probes. Its values are
 * where the segments start, in units of 8 bytes. Behind it stands CHECK, a u32 for each text, in
 * the order of VALUE: the lower half of its hash; zeros up to the alignment. A name whose hash has
 * another one is not there, and no segment has to be looked at.
 *
 * <table>
 * <caption>Perfect hash, {@link org.marshalimage.format.HashLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>8</td><td>SEED</td><td>u64, what the hash of a text starts from</td></tr>
 * </table>
 *
 * <p>Behind it REDIRECT, an i32 for each bucket, and VALUE, a u32 for each text; zeros up to the
 * alignment.
 *
 * <p>MODULES has one entry for each root, sorted by the UTF-16 units of their names:
 *
 * <table>
 * <caption>Root, {@link org.marshalimage.format.ModuleLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>8</td><td>NAME</td><td>u64, offset of a str in SHARED; the names stand first there, in the order of the entries</td></tr>
 * <tr><td>8</td><td>8</td><td>SEGMENT</td><td>u64, offset of the root's segment</td></tr>
 * <tr><td>16</td><td>8</td><td>SEGMENT_LENGTH</td><td>u64, bytes of the segment, without its cold stretch if it has one</td></tr>
 * <tr><td>24</td><td>8</td><td>SOURCE</td><td>what the .pyc header records of its source, as FLAGS say: the hash, or the modification time below the size, which is 0 in 2.7; without either 0</td></tr>
 * <tr><td>32</td><td>4</td><td>FLAGS</td><td>u32, see {@link org.marshalimage.format.ModuleLayout}: only what .pyc files of the Python that MAGIC names record</td></tr>
 * <tr><td>36</td><td>4</td><td>MAGIC</td><td>the four bytes that open the .pyc, and in their lower half the MAGIC of all code objects of the segment; 0 if the root came from no .pyc</td></tr>
 * <tr><td>40</td><td>4</td><td>CHECKSUM</td><td>u32, CRC-32C of the segment, without its cold stretch</td></tr>
 * <tr><td>44</td><td>4</td><td>FIRST_CODE</td><td>u32, least number of a code object of the segment: as many as SHARED and the segments of the entries before have</td></tr>
 * <tr><td>48</td><td>4</td><td>CODE_COUNT</td><td>u32, code objects in the segment; their numbers are consecutive, in the order of the file</td></tr>
 * <tr><td>52</td><td>4</td><td>COLD_CHECKSUM</td><td>u32, CRC-32C of the cold stretch; 0 if it is empty or missing</td></tr>
 * <tr><td>56</td><td>8</td><td>COLD</td><td>u64, offset of the cold stretch, be it empty, of a module that a start touches; else 0</td></tr>
 * <tr><td>64</td><td>8</td><td>COLD_LENGTH</td><td>u64, bytes of the cold stretch; 0 if it is empty or missing</td></tr>
 * </table>
 *
 * <p>A segment opens with what a look-up of its root needs:
 *
 * <table>
 * <caption>Head of a segment, {@link org.marshalimage.format.SegmentLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>8</td><td>ROOT</td><td>u64, offset of any object of the segment or of SHARED</td></tr>
 * <tr><td>8</td><td>4</td><td>INDEX</td><td>u32, of the root's entry in MODULES</td></tr>
 * <tr><td>12</td><td>4</td><td>NAME_LENGTH</td><td>u32, UTF-16 units of the root's name</td></tr>
 * <tr><td>16</td><td>NAME_LENGTH * 2</td><td>NAME</td><td>the name in UTF-16, u16 each; zeros up to the alignment</td></tr>
 * </table>
 *
 * <p>Behind it a segment holds the objects that its root alone uses, SHARED those that two or more
 * use. Within either, objects with slots come first, then other objects, then those that only
 * LINE_TABLE and EXCEPTIONS_OR_CELLVARS fields name, which a traceback or a debugger reads.
 * Segments lie in the order of the entries of MODULES. Small ones share pages; one that fits in a
 * page of {@value org.marshalimage.format.HeaderLayout#PAGE_SIZE} bytes is moved to the start of a
 * page if it would be cut otherwise, and if what is then left free is at most an eighth of its
 * length. Nothing else is left free before, between or behind segments.
 *
 * <h2>An image laid out by a start</h2>
 *
 * <p>What a program touches when it starts, as a trace of it says, may lie together: SHARED_HOT is
 * then not 0. The end of SHARED is its <em>hot</em> part, and the segment of each module that the
 * start touches is two stretches: a hot one, with the head, which SEGMENT leads to, and a
 * <em>cold</em> one, which is objects alone, or empty. SEGMENTS has all hot stretches first, one
 * behind the other, so that they follow the hot part of SHARED without a gap; then the cold
 * stretches, one behind the other in the order of the hot ones; then the segments that the start
 * does not touch, in the order of MODULES and with gaps as above. In the hot part of SHARED and in
 * a hot stretch objects may have any order, best that in which they are first touched; in what
 * comes before the hot part of SHARED, in cold stretches and in other segments they have the order
 * above. The hot part of SHARED has none of the names that stand first in SHARED, nor strings that
 * no root uses.
 *
 * <p>Str and bytes objects are numbered together from 0, without gaps: first those that are
 * interned, then other str objects, then other bytes objects, each in the order of the file. A
 * writer that is given the interned strings of an older image has them all, under the numbers that
 * they had; those that no root uses lie at the end of SHARED.
 *
 * <p>STRINGS finds interned strings, {@link org.marshalimage.format.StringsLayout}: a perfect hash
 * from their texts to their numbers, with a bucket for each four of them or part of four; behind it
 * OFFSET, a u32 for each, in the order of the numbers: where the object lies, in units of 8 bytes;
 * zeros up to the alignment.
 *
 * <table>
 * <caption>Type, {@link org.marshalimage.format.TypesLayout}: one for each type code that objects have, sorted by code</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>4</td><td>CODE</td><td>u32, type code</td></tr>
 * <tr><td>4</td><td>4</td><td>OBJECTS</td><td>u32, number of objects that have it</td></tr>
 * <tr><td>8</td><td>8</td><td>HANDLE</td><td>u64, what type words hold instead of CODE: of a prelinked image a handle, at least 0x100 and of this code alone, in every entry but that of records, whose types have them; else 0, in every entry</td></tr>
 * </table>
 *
 * <p>RECORD_TYPES starts with a u32, the number of types, 1 to {@value
 * org.marshalimage.format.RecordTypesLayout#MAX_TYPES}, and a reserved u32. An entry for each type
 * follows, sorted by the UTF-8 bytes of the names, then by version, no two the same; then the names
 * in UTF-8, one behind the other in the order of the entries; zeros up to the alignment. Each type
 * is that of some record.
 *
 * <table>
 * <caption>Type of record, {@link org.marshalimage.format.RecordTypesLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>8</td><td>HANDLE</td><td>u64, what type words of its records hold in an image that is prelinked for handles, at least 0x100 and of no kind but records, though several types may have one; else 0</td></tr>
 * <tr><td>8</td><td>4</td><td>NAME_LENGTH</td><td>u32, bytes of its name, at least 1</td></tr>
 * <tr><td>12</td><td>4</td><td>VERSION</td><td>u32, at most 2^31-1</td></tr>
 * <tr><td>16</td><td>4</td><td>FIXED_SLOTS</td><td>u32, slots that each record has, at most 2^31-1</td></tr>
 * <tr><td>20</td><td>4</td><td>REPEATED_SLOTS</td><td>u32, slots of one repetition, at most 2^31-1; 0 if nothing repeats</td></tr>
 * <tr><td>24</td><td>4</td><td>FLAGS</td><td>u32: 1 the last slot leads to a bytes object</td></tr>
 * <tr><td>28</td><td>4</td><td>RESERVED</td><td>reserved</td></tr>
 * </table>
 *
 * <p>EXTERNALS has the names of externals in UTF-8, sorted by these bytes; they differ and are not
 * empty. Each is that of one object.
 *
 * <table>
 * <caption>Externals, {@link org.marshalimage.format.ExternalsLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>8</td><td>FINGERPRINT</td><td>u64, {@link org.marshalimage.format.HashLayout#foldChecksum} over {@link org.marshalimage.format.HashLayout#hash} of each name in turn, with the seed 0</td></tr>
 * <tr><td>8</td><td>4</td><td>COUNT</td><td>u32, number of names, at least 1</td></tr>
 * <tr><td>12</td><td>4</td><td>RESERVED</td><td>reserved</td></tr>
 * <tr><td>16</td><td>COUNT * 4</td><td>ENDS</td><td>u32 each: where a name ends, in bytes from the first byte of the first name, which is where the one behind it starts; then the names; zeros up to the alignment</td></tr>
 * </table>
 *
 * <p>RELOCATIONS tells of each word of 8 bytes, from the start of SHARED to the end of SEGMENTS,
 * whether an object starts there, and whether it is a slot that is not empty.
 *
 * <table>
 * <caption>Relocations, {@link org.marshalimage.format.RelocationsLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>8</td><td>SLOT_COUNT</td><td>u64, number of these slots</td></tr>
 * <tr><td>8</td><td>any</td><td>BLOCKS</td><td>for every 64 words a u64 of heads and a u64 of slots: bit <i>i</i>, the least being 0, is 1 if an object starts at word <i>i</i> of them, or if that is such a slot; zeros behind the last word</td></tr>
 * </table>
 *
 * <h2>Linking</h2>
 *
 * <p>An image is <em>prelinked</em> for an address and for handles if LINK_BASE is that address, or
 * slots are of 4 bytes, and TYPES has those handles. An interpreter that maps an image in place,
 * privately, writes into each object, before its first use: its slots, if they are of 8 bytes and
 * the mapping lies elsewhere than LINK_BASE; its type word, if that is to be another handle; its
 * count, if it is not pinned. What there is to relocate follows from the objects themselves: those
 * of a segment, or of each of its stretches, and of SHARED, lie one behind the other without gaps,
 * and the type and SIZE of an object tell its length and where its slots are. Whoever links all of
 * an image may go by RELOCATIONS instead.
 *
 * <h2>Objects</h2>
 *
 * <p>An object starts with its head. The type word holds the {@link
 * org.marshalimage.format.TypeCode}, or the handle that TYPES has for it.
 *
 * <table>
 * <caption>Head, {@link org.marshalimage.format.ObjectLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>0</td><td>4</td><td>COUNT</td><td>u32, reference count, pinned: bits 31 and 30 are set, bits 0 to 29 are the object's number</td></tr>
 * <tr><td>4</td><td>4</td><td>SIZE</td><td>u32, by type; at most 2^31-1; 0 where no meaning is given</td></tr>
 * <tr><td>8</td><td>8</td><td>TYPE</td><td>u64, type code or handle</td></tr>
 * </table>
 *
 * <p>None ({@code N}), True ({@code T}), False ({@code F}), Ellipsis ({@code .}) and StopIteration
 * ({@code S}) are heads alone. Of each immutable value an image holds one object: same type and
 * same bits are the same object, so that 1, 1.0 and True differ, and 0.0 and -0.0; but each code
 * object may have bytecode of its own. Lists, dicts, sets, code objects, records and NaNs, and
 * tuples, frozensets, frozendicts and slices that hold one at whatever depth, or themselves, are
 * kept apart: each is an object of its own, as many as the graph had. A NaN is a float that is one,
 * or a complex with a part that is; Python takes it for equal to itself alone, so that two may be
 * keys of one dict. Frozensets and frozendicts are the same if they list the same items in the same
 * order.
 *
 * <p>Keys of dicts and frozendicts, and items of sets and frozensets, can be hashed, and no two of
 * one container are equal: {@link org.marshalimage.format.stream.KeyChecker} has the rule, which is
 * Python's.
 *
 * <table>
 * <caption>Int {@code i}, float {@code g}, complex {@code y}, {@link org.marshalimage.format.ObjectLayout}</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>16</td><td>8</td><td>VALUE</td><td>int: i64; float: IEEE 754 bits; complex: bits of the real part</td></tr>
 * <tr><td>24</td><td>8</td><td>IMAGINARY</td><td>complex alone: bits of the imaginary part</td></tr>
 * </table>
 *
 * <table>
 * <caption>Int outside 64 bits, or Python 2's long, {@code l}, {@link org.marshalimage.format.LongLayout}: SIZE is the number of digits</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>16</td><td>8</td><td>FLAGS</td><td>u64: 1 negative, 2 Python 2's long</td></tr>
 * <tr><td>24</td><td>SIZE * 8</td><td>DIGITS</td><td>u64 each, lowest first, the last not zero: the absolute value</td></tr>
 * </table>
 *
 * <table>
 * <caption>Bytes {@code s}, {@link org.marshalimage.format.BytesLayout}: SIZE is the number of bytes</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>16</td><td>4</td><td>NUMBER</td><td>u32: bit 2 interned (Python 2), bits 4 to 31 the number</td></tr>
 * <tr><td>20</td><td>SIZE</td><td>DATA</td><td>the bytes</td></tr>
 * </table>
 *
 * <table>
 * <caption>Str {@code u}, {@link org.marshalimage.format.StrLayout}: SIZE is the number of code points</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>16</td><td>4</td><td>NUMBER</td><td>u32: bits 0 and 1 the width (0: one byte a code point, 1: two, 2: four; the least that will do), bit 2 interned, bit 3 ASCII, bits 4 to 31 the intern number</td></tr>
 * <tr><td>20</td><td>4</td><td>HASH</td><td>i32, {@code String.hashCode} of the string in UTF-16</td></tr>
 * <tr><td>24</td><td>SIZE &lt;&lt; width</td><td>DATA</td><td>the code points; lone surrogates are allowed</td></tr>
 * </table>
 *
 * <table>
 * <caption>Containers, {@link org.marshalimage.format.ObjectLayout}: SIZE is the number of items, of a slice 3</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>16</td><td>SIZE slots, of a dict SIZE * 2</td><td>SLOTS</td><td>tuple {@code (}, list {@code [}, set {@code <}, frozenset {@code >}: the items in the order of the stream; dict {@code &#123;} and frozendict {@code &#125;}: key and value in turn; slice {@code :}: start, stop, step</td></tr>
 * </table>
 *
 * <table>
 * <caption>Code object {@code c}, {@link org.marshalimage.format.CodeLayout}: SIZE is the code number</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>16</td><td>4</td><td>ARG_COUNT</td><td>i32, positional arguments</td></tr>
 * <tr><td>20</td><td>4</td><td>POS_ONLY_ARG_COUNT</td><td>i32; 0 before 3.8</td></tr>
 * <tr><td>24</td><td>4</td><td>KW_ONLY_ARG_COUNT</td><td>i32; 0 in 2.7</td></tr>
 * <tr><td>28</td><td>4</td><td>LOCAL_COUNT</td><td>i32, local variables; from 3.11 on those that KINDS mark as local</td></tr>
 * <tr><td>32</td><td>4</td><td>STACK_SIZE</td><td>i32</td></tr>
 * <tr><td>36</td><td>4</td><td>FLAGS</td><td>i32</td></tr>
 * <tr><td>40</td><td>4</td><td>FIRST_LINE</td><td>i32</td></tr>
 * <tr><td>44</td><td>2</td><td>MAGIC</td><td>u16, the magic number of the Python version whose fields these are</td></tr>
 * <tr><td>46</td><td>2</td><td>RESERVED</td><td>reserved</td></tr>
 * <tr><td>48</td><td>10 slots</td><td>SLOTS</td><td>as below; zeros up to the alignment</td></tr>
 * </table>
 *
 * <table>
 * <caption>Slots of a code object, {@link org.marshalimage.format.CodeLayout}</caption>
 * <tr><th>Slot</th><th>Field</th><th>Names</th></tr>
 * <tr><td>0</td><td>CODE</td><td>bytes</td></tr>
 * <tr><td>1</td><td>CONSTS</td><td>tuple</td></tr>
 * <tr><td>2</td><td>NAMES</td><td>tuple of str (2.7: of bytes, and so wherever str is said below)</td></tr>
 * <tr><td>3</td><td>LOCAL_NAMES</td><td>tuple of str: localsplusnames, before 3.11 varnames</td></tr>
 * <tr><td>4</td><td>KINDS_OR_FREEVARS</td><td>localspluskinds, bytes; before 3.11 freevars, tuple of str</td></tr>
 * <tr><td>5</td><td>EXCEPTIONS_OR_CELLVARS</td><td>exceptiontable, bytes; before 3.11 cellvars, tuple of str</td></tr>
 * <tr><td>6</td><td>FILENAME</td><td>str</td></tr>
 * <tr><td>7</td><td>NAME</td><td>str</td></tr>
 * <tr><td>8</td><td>QUALNAME</td><td>str; empty before 3.11</td></tr>
 * <tr><td>9</td><td>LINE_TABLE</td><td>bytes: linetable, before 3.10 lnotab</td></tr>
 * </table>
 *
 * <table>
 * <caption>Record {@code o}, {@link org.marshalimage.format.RecordLayout}: SIZE is the number of slots</caption>
 * <tr><th>Offset</th><th>Bytes</th><th>Field</th><th>Meaning</th></tr>
 * <tr><td>16</td><td>4</td><td>RECORD_TYPE</td><td>u32, which entry of RECORD_TYPES its type is</td></tr>
 * <tr><td>20</td><td>4</td><td>RESERVED</td><td>reserved</td></tr>
 * <tr><td>24</td><td>SIZE slots</td><td>SLOTS</td><td>FIXED_SLOTS of its type, then REPEATED_SLOTS any number of times, then one that leads to a bytes object if FLAGS say so; all others may be empty</td></tr>
 * </table>
 *
 * <p>An external ({@code e}) is a head alone: SIZE is its number, that of its name in EXTERNALS.
 *
 * <h2>What verify checks</h2>
 *
 * <p>{@code MarshalImage.verify} checks all that this page says, but for what follows:
 *
 * <ul>
 *   <li>TYPES_FINGERPRINT: it covers all types of the interpreter, TYPES has those in use. IMAGE_ID
 *       tells that type words mean what they meant when the image was made; an interpreter that
 *       maps an image with the table of that fingerprint is refused if TYPES has other handles.
 *   <li>Whether a start touches what lies in hot stretches, and nothing else.
 *   <li>Where an object lies: whether two or more roots use what lies in SHARED, and whether what
 *       leads to an object starts at a root. Each would take a walk from every root, and no reader
 *       goes by them. A segment's objects are named by that segment alone, and something names
 *       every object.
 *   <li>The order of the numbers of interned strings: those that an older image had may be any.
 *   <li>Whether floats and complex numbers that are not a number, and what holds them, had to be
 *       kept apart; and whether bytecode that stands twice is that of code objects that wanted
 *       their own.
 *   <li>Keys: that no object stands twice in a set or as a key of a dict, and that none is a list,
 *       dict or set, is checked; whether two that differ are equal to Python, as 1 and True are, or
 *       whether a tuple holds a list, is the writer's to see.
 *   <li>IMAGE_ID of an image whose checksums are off: then it cannot be right.
 * </ul>
 *
 * <p>A sound image may hold a graph that no .pyc file can: a tuple that holds itself has none in
 * Python 2.
 *
 * <h2>History</h2>
 *
 * v1: first version.
 *
 * <h2>Limits</h2>
 *
 * A length or a size is at most 2^31-1; an image holds at most 2^30 objects, and at most 2^{@value
 * org.marshalimage.format.StrLayout#NUMBER_BITS} str and bytes objects; this library maps images
 * below 2 GiB. Nesting is not limited.
 */
@NullMarked
package org.marshalimage.format;

import org.jspecify.annotations.NullMarked;
