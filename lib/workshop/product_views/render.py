"""Renders models from several sides. Blender 3.4 runs it: blender -b --factory-startup -P render.py -- JOBS

JOBS is a file of JSON that render.ts writes:
{"side": pixels, "samples": rays for each of them, "models": [{"obj": path, "rotation": 9 numbers by
rows, "size": [width, height, depth] in cm, "floor": whether it stands on one, "views": [{"azimuth" and
"elevation": degrees, "ground": [red, green, blue] from 0 to 1, "picture" and "mask": paths}]}]}

A picture is a PNG on its ground, or on nothing where the model stands on no floor; its mask is white
where the model is. A model that cannot be read is told on a line that starts with "failed:".
"""

import json
import math
import os
import sys

import bpy
from mathutils import Matrix, Vector

# A model's files have x to the right, y up and z to the viewer; Blender has z up.
UPRIGHT = Matrix(((1, 0, 0), (0, 0, -1), (0, 1, 0)))
FIELD = math.radians(24)
MARGIN = 1.12
# Light from all around and from the sun: together they show a colour as bright as it is.
AROUND, SUN = 0.58, 1.6


def prepare(side, samples):
    """A new scene, its camera, its sun, its floor, and the nodes that write its files."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x = scene.render.resolution_y = side
    scene.render.film_transparent = True
    scene.view_settings.view_transform = "Standard"  # colours as they are, not as film shows them
    scene.cycles.samples = samples
    scene.cycles.use_adaptive_sampling = True
    scene.cycles.adaptive_threshold = 0.02
    scene.cycles.use_denoising = False  # Debian's Blender has no denoiser
    scene.cycles.max_bounces = scene.cycles.diffuse_bounces = scene.cycles.glossy_bounces = 1
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.cycles.transparent_max_bounces = 24
    scene.view_layers[0].use_pass_object_index = True
    scene.world = bpy.data.worlds.new("light")
    scene.world.use_nodes = True
    background = scene.world.node_tree.nodes["Background"].inputs
    background["Color"].default_value, background["Strength"].default_value = (1, 1, 1, 1), AROUND
    scene.world.cycles.sampling_method = "NONE"  # rays that find no light in between see it: no noise
    sun = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    sun.data.energy, sun.data.angle = SUN, math.radians(14)
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.collection.objects.link(sun)
    scene.collection.objects.link(scene.camera)
    bpy.ops.mesh.primitive_plane_add(size=400)
    floor = bpy.context.object
    floor.data.materials.append(bpy.data.materials.new("ground"))
    floor.data.materials[0].use_nodes = True
    mend(floor.data.materials[0].node_tree)
    return scene, sun, floor, outputs(scene)


def outputs(scene):
    """Nodes that write the picture and the mask of a rendering."""
    scene.use_nodes = True
    nodes, links = scene.node_tree.nodes, scene.node_tree.links
    nodes.clear()
    layers, mask = nodes.new("CompositorNodeRLayers"), nodes.new("CompositorNodeIDMask")
    mask.index = 1
    links.new(layers.outputs["IndexOB"], mask.inputs[0])
    written = {}
    for name, socket, mode in (
        ("picture", layers.outputs["Image"], "RGBA"),
        ("mask", mask.outputs[0], "BW"),
    ):
        node = nodes.new("CompositorNodeOutputFile")
        node.format.file_format, node.format.color_mode = "PNG", mode
        links.new(socket, node.inputs[0])
        written[name] = node
    return written


def load(model):
    """The model's parts: upright, front to −y, standing on z = 0 in the middle, longest side 1."""
    before = set(bpy.data.objects)
    bpy.ops.wm.obj_import(filepath=with_sound_faces(model["obj"]), forward_axis="Y", up_axis="Z")
    parts = [o for o in bpy.data.objects if o not in before and o.type == "MESH" and o.data.vertices]
    if not parts:
        raise ValueError("no mesh in it")
    r = model["rotation"]
    turn = (UPRIGHT @ Matrix((r[0:3], r[3:6], r[6:9]))).to_4x4()
    for part in parts:
        part.data.transform(turn @ part.matrix_world)
        part.matrix_world = Matrix.Identity(4)
        part.pass_index = 1
        for material in part.data.materials:
            if material and material.use_nodes:
                mend(material.node_tree)
    low, high = bounds(parts)
    width, height, depth = model["size"]
    size, longest = (width, depth, height), max(model["size"])
    scale = [s / longest / (b - a) if b > a else 1 for a, b, s in zip(low, high, size)]
    foot = Vector(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]))
    for part in parts:
        part.data.transform(Matrix.Diagonal((*scale, 1)) @ Matrix.Translation(-foot))
    return parts


def with_sound_faces(path):
    """The file, or a copy beside it without faces that have fewer than three corners, which crash the
    renderer, or that lie where another does, which show as black grains."""
    with open(path, encoding="latin-1") as file:
        lines = file.readlines()
    corners, seen, kept = [], set(), []
    for line in lines:
        if line.startswith("v "):
            corners.append(line)
        if line.startswith("f "):
            numbers = [int(corner.split("/")[0]) for corner in line.split()[1:]]
            face = frozenset(corners[n - 1 if n > 0 else n] for n in numbers)
            if len(face) < 3 or face in seen:
                continue
            seen.add(face)
        kept.append(line)
    if len(kept) == len(lines):
        return path
    sound = path[:-4] + "-sound.obj"
    with open(sound, "w", encoding="latin-1") as file:
        file.writelines(kept)
    return sound


def bounds(parts):
    corners = [v.co.copy() for part in parts for v in part.data.vertices]
    return [min(c[i] for c in corners) for i in range(3)], [max(c[i] for c in corners) for i in range(3)]


def mend(tree):
    """Makes a material matt, which takes few rays, with holes where its texture has some and panes that show.

    Some textures lie on their makers' disks alone: their materials have the plain colour beside them.
    """
    old = next(n for n in tree.nodes if n.type == "BSDF_PRINCIPLED").inputs
    out = next(n for n in tree.nodes if n.type == "OUTPUT_MATERIAL").inputs["Surface"]
    matt, nothing, mix = (
        tree.nodes.new("ShaderNode" + x) for x in ("BsdfDiffuse", "BsdfTransparent", "MixShader")
    )
    colour, alpha = old["Base Color"], max(0.3, old["Alpha"].default_value)
    matt.inputs["Color"].default_value, mix.inputs["Fac"].default_value = colour.default_value, alpha
    texture = colour.links[0].from_node if colour.is_linked else None
    if texture and texture.type == "TEX_IMAGE" and texture.image and texture.image.size[0] > 0:
        tree.links.new(texture.outputs["Color"], matt.inputs["Color"])
        if texture.image.depth == 32:
            tree.links.new(texture.outputs["Alpha"], mix.inputs["Fac"])
    holes = old["Alpha"].links[0].from_node if old["Alpha"].is_linked else None
    if holes and holes.image and holes.image.size[0] > 0 and not mix.inputs["Fac"].is_linked:
        tree.links.new(old["Alpha"].links[0].from_socket, mix.inputs["Fac"])
    tree.links.new(nothing.outputs[0], mix.inputs[1])
    tree.links.new(matt.outputs[0], mix.inputs[2])
    tree.links.new((mix if mix.inputs["Fac"].is_linked or alpha < 1 else matt).outputs[0], out)


def look(camera, sun, outline, azimuth, elevation):
    """Turns the camera so that the model fills the picture; the sun turns with it."""
    a, e = math.radians(azimuth), math.radians(elevation)
    away = Vector((math.sin(a) * math.cos(e), -math.cos(a) * math.cos(e), math.sin(e)))
    camera.rotation_euler = away.to_track_quat("Z", "Y").to_euler()
    sun.rotation_euler = (math.radians(38), math.radians(-28), a)
    camera.data.angle = FIELD
    bpy.context.view_layer.update()
    flat = [x for corner in outline for x in corner]
    camera.location, _ = camera.camera_fit_coords(bpy.context.evaluated_depsgraph_get(), flat)
    camera.data.angle = 2 * math.atan(math.tan(FIELD / 2) * MARGIN)


def paint(floor, ground):
    """Paints the floor so that the light above shows it as `ground`, which is in the screen's values."""
    lit = AROUND + SUN * math.cos(math.radians(38)) * math.cos(math.radians(28)) / math.pi
    linear = [((x + 0.055) / 1.055) ** 2.4 / lit for x in ground]
    nodes = floor.data.materials[0].node_tree.nodes
    next(n for n in nodes if n.type == "BSDF_DIFFUSE").inputs["Color"].default_value = (*linear, 1)


def render(scene, written, view):
    """Renders a view; Blender adds a frame number to the names, which is taken off again."""
    for name, node in written.items():
        folder, file = os.path.split(view[name])
        node.base_path, node.file_slots[0].path = folder, file + "-"
    bpy.ops.render.render()
    for name in reversed(written):  # the picture last: where it is, its mask is too
        os.replace(f"{view[name]}-{scene.frame_current:04d}.png", view[name])


def main(path):
    with open(path, encoding="utf-8") as file:
        jobs = json.load(file)
    for model in jobs["models"]:
        # What a removed model leaves in a scene can crash the next rendering.
        scene, sun, floor, written = prepare(jobs["side"], jobs["samples"])
        try:
            parts = load(model)
            vertices = [v.co.copy() for part in parts for v in part.data.vertices]
            outline = vertices[:: max(1, len(vertices) // 4000)]
            floor.hide_render = not model["floor"]
            for view in model["views"]:
                look(scene.camera, sun, outline, view["azimuth"], view["elevation"])
                paint(floor, view["ground"])
                render(scene, written, view)
        except (RuntimeError, ValueError, OSError) as error:
            print("failed:", model["obj"], error, flush=True)


main(sys.argv[sys.argv.index("--") + 1])
